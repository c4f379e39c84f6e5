"""The interface for other systems of the office: HTTP and JSON, a token each, described by OpenAPI."""

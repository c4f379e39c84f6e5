"""Local servers that speak the protocols of the platforms over real sockets."""

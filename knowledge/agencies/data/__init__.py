"""The bundled directory file; a package, so that an installation carries the file."""

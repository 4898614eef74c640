"""Django database backend that starts the private PostgreSQL server when it is first needed."""

"""AquaMind: a salmon-farm management system on Django and PostgreSQL."""

"""What rendering a query finds: templates, their values and parameters (SG3xx)."""

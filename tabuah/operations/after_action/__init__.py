"""After-action reports: what was known when, who decided what, alarm lead times and delays."""

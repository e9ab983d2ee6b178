"""What the server's clock does to alarms: it asks somebody higher, and ends maintenance whose time is up."""

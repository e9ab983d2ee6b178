"""The duty roster (jadwal piket): who is on duty in the control room, by week and shift."""

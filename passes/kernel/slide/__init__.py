"""Windows that slide along a line of one channel, two products an instruction: plan and loops."""

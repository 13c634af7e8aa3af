"""Programme, plan and policy made into one frozen object a device."""

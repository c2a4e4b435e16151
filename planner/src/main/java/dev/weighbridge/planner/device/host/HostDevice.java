package dev.weighbridge.planner.device.host;

import dev.weighbridge.planner.device.Device;

/// A device of this machine.
///
/// @param device what it is; its memory is what its driver shows here
/// @param freeBytes that no program holds at the moment
/// @param toldBy which tool told about it
public record HostDevice(Device device, long freeBytes, String toldBy) {}

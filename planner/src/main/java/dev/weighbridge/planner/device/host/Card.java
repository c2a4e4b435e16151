package dev.weighbridge.planner.device.host;

/// A GPU as a tool tells of it.
///
/// @param vendor whose tool or driver it is, as the catalogue names makers; empty where unknown
/// @param name in the maker's words
/// @param totalBytes of its own memory; 0 where it has none or the tool does not say
/// @param freeBytes of these; 0 where the tool does not say
/// @param sharedBytes of main memory that the driver lets it use beside its own; 0 for none
/// @param toldBy the tool
record Card(String vendor, String name, long totalBytes, long freeBytes, long sharedBytes, String toldBy) {}

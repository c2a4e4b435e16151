/// What a model is: its data types, shapes, parameters, blocks and families, the blueprint they make and the inventory
/// of
/// what is stored. Knows no files, no network and no third-party code; every other room stands on this one.
@NullMarked
package dev.weighbridge.model;

import org.jspecify.annotations.NullMarked;

/// Files over HTTP, taken in ranges: a header of a few hundred kilobytes instead of a model of many gigabytes.
///
/// Start at [HttpByteSource], which reads one file, and [HttpFetcher], which sends every request: redirects,
/// retries, proxies, time limits. Nothing here knows a hub or reads the environment.
@NullMarked
package dev.weighbridge.files.http;

import org.jspecify.annotations.NullMarked;

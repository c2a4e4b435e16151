package dev.weighbridge.files.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server on this machine that serves bytes in ranges, answers what a test says, and remembers what it was asked.
public final class FakeServer implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Deque<Answer>> before = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /// One request as it came.
    ///
    /// @param authorization empty where there was none
    public record Asked(String method, String target, String range, String authorization) {}

    /// Answers a request.
    @FunctionalInterface
    public interface Answer {
        void answer(HttpExchange exchange) throws IOException;
    }

    public FakeServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String target = exchange.getRequestURI().toString();
        asked.add(new Asked(
                exchange.getRequestMethod(), target, header(exchange, "Range"), header(exchange, "Authorization")));
        try (exchange) {
            Deque<Answer> first = before.get(target);
            Answer answer = first == null ? null : first.pollFirst();
            if (answer == null) {
                answer = answers.get(target);
            }
            if (answer == null) {
                send(exchange, 404, Map.of(), new byte[0]);
            } else {
                answer.answer(exchange);
            }
        }
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    /// The address of a path here.
    public URI uri(String path) {
        return URI.create("http://localhost:" + server.getAddress().getPort() + path);
    }

    /// What a path answers from now on.
    public FakeServer on(String target, Answer answer) {
        answers.put(target, answer);
        return this;
    }

    /// What a path answers once, before its usual answer.
    public FakeServer once(String target, Answer answer) {
        before.computeIfAbsent(target, key -> new ArrayDeque<>()).add(answer);
        return this;
    }

    /// Every request so far.
    public List<Asked> asked() {
        return asked;
    }

    /// Serves bytes whole or in ranges, under an entity tag.
    public static Answer file(byte[] bytes, String tag) {
        return exchange -> {
            Map<String, String> headers = new TreeMap<>(Map.of("Accept-Ranges", "bytes", "ETag", tag));
            Matcher range = RANGE.matcher(header(exchange, "Range"));
            if (!range.matches()) {
                send(exchange, 200, headers, bytes);
                return;
            }
            int start = Integer.parseInt(range.group(1));
            int end = (int) Math.min(Long.parseLong(range.group(2)) + 1, bytes.length);
            if (start >= bytes.length) {
                headers.put("Content-Range", "bytes */" + bytes.length);
                send(exchange, 416, headers, new byte[0]);
                return;
            }
            headers.put("Content-Range", "bytes " + start + "-" + (end - 1) + "/" + bytes.length);
            send(exchange, 206, headers, java.util.Arrays.copyOfRange(bytes, start, end));
        };
    }

    /// Answers with a status and headers and a short text.
    public static Answer status(int status, Map<String, String> headers) {
        return exchange ->
                send(exchange, status, headers, "an answer".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /// Answers with a text.
    public static Answer text(String text, Map<String, String> headers) {
        return exchange -> send(exchange, 200, headers, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /// Sends an answer; to `HEAD` without its body.
    public static void send(HttpExchange exchange, int status, Map<String, String> headers, byte[] body)
            throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

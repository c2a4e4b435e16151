package dev.weighbridge.files.http;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Takes at most so many bytes of a body and drops the connection once there are more.
final class BodyPrefix implements BodySubscriber<byte[]> {
    private static final int FIRST_CAPACITY = 64 * 1024;

    private final int limit;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private byte[] bytes;
    private int filled;
    private Flow.@Nullable Subscription subscription;

    BodyPrefix(int limit) {
        this.limit = limit;
        this.bytes = new byte[Math.min(limit, FIRST_CAPACITY)];
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            int count = Math.min(buffer.remaining(), limit - filled);
            if (filled + count > bytes.length) {
                long doubled = Math.max(2L * bytes.length, (long) filled + count);
                bytes = Arrays.copyOf(bytes, (int) Math.min(doubled, limit));
            }
            buffer.get(bytes, filled, count);
            filled += count;
            if (buffer.hasRemaining()) {
                if (subscription != null) {
                    subscription.cancel();
                }
                body.complete(bytes);
                return;
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(filled == bytes.length ? bytes : Arrays.copyOf(bytes, filled));
    }
}

internal import Glibc
package import NIOCore
internal import NIOPosix

/// An inotify instance, read without a thread of its own: an event loop waits on its descriptor.
package final class Inotify: Sendable {
    /// Large enough for a thousand notifications.
    ///
    /// Never less than one with the longest name (272 bytes): a read with less room fails with `EINVAL`, so the size
    /// must not adapt to what came before.
    private static let readLength = 64 * 1024

    private let channel: NIOAsyncChannel<ByteBuffer, Never>
    /// A second descriptor of the same instance, to add watches by: the channel closes its own when it likes.
    private let descriptor: CInt
    private let calls: any SystemCalls

    private init(channel: NIOAsyncChannel<ByteBuffer, Never>, descriptor: CInt, calls: any SystemCalls) {
        self.channel = channel
        self.descriptor = descriptor
        self.calls = calls
    }

    deinit {
        try? calls.close(descriptor)
    }

    /// Makes an instance.
    ///
    /// Throws a `SystemError` with `EMFILE` where this user has as many as `fs.inotify.max_user_instances` allows.
    package static func make(
        on group: any EventLoopGroup,
        calls: any SystemCalls = LinuxCalls()
    ) async throws -> Inotify {
        let descriptor = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError(call: "inotify_init1", code: errno) }
        let second = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard second >= 0 else {
            defer { try? calls.close(descriptor) }
            throw SystemError(call: "fcntl", code: errno)
        }
        do {
            let channel = try await NIOPipeBootstrap(group: group)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: readLength))
                .takingOwnershipOfDescriptor(input: descriptor) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, Never>(wrappingChannelSynchronously: channel)
                    }
                }
            return Inotify(channel: channel, descriptor: second, calls: calls)
        } catch {
            try? calls.close(second)
            try? calls.close(descriptor)
            throw error
        }
    }

    /// Watches an open folder; again for one that is watched already.
    ///
    /// Throws `ENOSPC` where watches have run out.
    package func watch(_ folder: Folder) throws(SystemError) -> CInt {
        try calls.watch(folder.descriptor, on: descriptor, events: InotifyEvent.Mask.watched.rawValue)
    }

    /// Ends a watch; nothing where it has ended by itself.
    package func unwatch(_ watch: CInt) {
        _ = inotify_rm_watch(descriptor, watch)
    }

    /// Hands on what the kernel notices, in order, until the task is cancelled.
    ///
    /// To be called once.
    package func run(_ handle: @Sendable ([InotifyEvent]) async -> Void) async throws {
        try await channel.executeThenClose { inbound, _ in
            for try await buffer in inbound {
                await handle(InotifyEvent.all(in: buffer))
            }
        }
    }
}

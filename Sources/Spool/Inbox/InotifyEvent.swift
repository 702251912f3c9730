internal import Glibc
package import Jobs
package import NIOCore

/// One notification of `inotify(7)`.
package struct InotifyEvent: Sendable, Hashable {
    /// The descriptor of the watch that it belongs to; -1 where it belongs to none.
    package let watch: CInt
    /// What happened.
    package let mask: Mask
    /// What the two ends of a rename have in common.
    package let cookie: UInt32
    /// The entry of the watched folder that it is about; nothing where it is about the folder itself.
    package let name: FileName?

    /// Bits of `inotify(7)`.
    package struct Mask: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        package static let attributes = Mask(rawValue: UInt32(IN_ATTRIB))
        package static let closedAfterWriting = Mask(rawValue: UInt32(IN_CLOSE_WRITE))
        package static let closedUnwritten = Mask(rawValue: UInt32(IN_CLOSE_NOWRITE))
        package static let opened = Mask(rawValue: UInt32(IN_OPEN))
        package static let movedAway = Mask(rawValue: UInt32(IN_MOVED_FROM))
        package static let movedIn = Mask(rawValue: UInt32(IN_MOVED_TO))
        package static let created = Mask(rawValue: UInt32(IN_CREATE))
        package static let deleted = Mask(rawValue: UInt32(IN_DELETE))
        package static let folderDeleted = Mask(rawValue: UInt32(IN_DELETE_SELF))
        package static let folderMoved = Mask(rawValue: UInt32(IN_MOVE_SELF))
        package static let unmounted = Mask(rawValue: UInt32(IN_UNMOUNT))
        package static let overflow = Mask(rawValue: UInt32(IN_Q_OVERFLOW))
        package static let watchEnded = Mask(rawValue: UInt32(IN_IGNORED))
        /// It is about a folder.
        package static let isFolder = Mask(rawValue: 0x4000_0000)

        /// What a watch on an inbox asks for.
        ///
        /// Not `IN_MODIFY`: two programs that write in turns make one for each write, and fill the queue. That a file is being written
        /// shows in its being made and opened without a close, and in its times. `IN_EXCL_UNLINK`: what was removed is of no interest,
        /// though a program still has it open.
        package static let watched: Mask = [
            .attributes, .closedAfterWriting, .closedUnwritten, .opened, .movedAway, .movedIn, .created, .deleted,
            .folderDeleted, .folderMoved,
            Mask(rawValue: UInt32(IN_ONLYDIR)), Mask(rawValue: UInt32(IN_EXCL_UNLINK)),
        ]
    }

    /// A notification of these parts.
    package init(watch: CInt, mask: Mask, cookie: UInt32 = 0, name: FileName? = nil) {
        self.watch = watch
        self.mask = mask
        self.cookie = cookie
        self.name = name
    }

    /// The notifications that a read from the kernel gave.
    ///
    /// The kernel gives whole ones only.
    package static func all(in buffer: ByteBuffer) -> [InotifyEvent] {
        var buffer = buffer
        var events: [InotifyEvent] = []
        while let event = next(in: &buffer) { events.append(event) }
        return events
    }

    /// `struct inotify_event`: watch, mask, cookie, length, and as many bytes of name, padded with zeros.
    private static func next(in buffer: inout ByteBuffer) -> InotifyEvent? {
        guard
            let watch = buffer.readInteger(endianness: .host, as: CInt.self),
            let mask = buffer.readInteger(endianness: .host, as: UInt32.self),
            let cookie = buffer.readInteger(endianness: .host, as: UInt32.self),
            let length = buffer.readInteger(endianness: .host, as: UInt32.self),
            let bytes = buffer.readBytes(length: Int(length))
        else { return nil }
        let name = FileName(bytes: bytes.prefix { $0 != 0 })
        return InotifyEvent(watch: watch, mask: Mask(rawValue: mask), cookie: cookie, name: name)
    }
}

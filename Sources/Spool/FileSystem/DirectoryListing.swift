internal import Glibc
package import Jobs

/// A folder's entries, read in pages: memory is bounded by the page, however many entries there are.
///
/// Names are bytes. What comes or goes while the folder is read may or may not be told; what stays is told once. Blocks.
package final class DirectoryListing: Sendable {
    /// How many bytes of entries are read at a time: a thousand names or so.
    package static let pageLength = 32 * 1024

    /// A name with what the file system says, unasked, about its kind.
    package struct Item: Sendable, Hashable {
        /// The entry's name.
        package let name: FileName
        /// What it is; nothing where the file system does not tell (`DT_UNKNOWN`).
        package let kind: Entry.Kind?
    }

    /// What an entry of the folder is, asked for where the listing does not tell; nothing where it is gone.
    package static func kind(of item: Item, in folder: Folder) throws(SystemError) -> Entry.Kind? {
        if let kind = item.kind { return kind }
        return try folder.entry(item.name)?.kind
    }

    private let descriptor: CInt
    private let calls: any SystemCalls

    /// Starts at the beginning, with a descriptor and a position of its own.
    package init(of folder: Folder) throws(SystemError) {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        descriptor = try folder.calls.open([UInt8(ascii: ".")], in: folder.descriptor, flags: flags, mode: 0)
        calls = folder.calls
    }

    deinit {
        try? calls.close(descriptor)
    }

    /// The next entries; nothing at the end.
    ///
    /// A page may be empty where it held only `.` and `..`.
    package func nextPage() throws(SystemError) -> [Item]? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pageLength, alignment: 8)
        defer { buffer.deallocate() }
        let count = try calls.entries(descriptor, into: buffer)
        guard count > 0 else { return nil }
        return Self.items(in: UnsafeRawBufferPointer(rebasing: buffer[..<min(count, buffer.count)]))
    }

    /// Reads `struct linux_dirent64` after `struct linux_dirent64`: inode 8, position 8, length 2, kind 1, name to its terminator.
    private static func items(in buffer: UnsafeRawBufferPointer) -> [Item] {
        let headerLength = 19
        var items: [Item] = []
        var start = 0
        while buffer.count - start > headerLength {
            let length = Int(buffer.loadUnaligned(fromByteOffset: start + 16, as: UInt16.self))
            guard length > headerLength, length <= buffer.count - start else { break }
            let field = UnsafeRawBufferPointer(rebasing: buffer[(start + headerLength)..<(start + length)])
            let end = field.firstIndex(of: 0) ?? field.count
            if let name = FileName(bytes: Array(UnsafeRawBufferPointer(rebasing: field[..<end]))) {
                items.append(Item(name: name, kind: kind(buffer[start + 18])))
            }
            start += length
        }
        return items
    }

    private static func kind(_ type: UInt8) -> Entry.Kind? {
        switch Int(type) {
        case Int(DT_REG): .file
        case Int(DT_DIR): .folder
        case Int(DT_LNK): .symbolicLink
        case Int(DT_FIFO): .pipe
        case Int(DT_SOCK): .socket
        case Int(DT_CHR), Int(DT_BLK): .device
        default: nil
        }
    }
}

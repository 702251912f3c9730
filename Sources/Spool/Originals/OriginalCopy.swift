internal import Glibc
internal import Jobs

/// The copy of an original on another file system, under a hidden name until it is complete and the source is gone.
///
/// The source is unlinked only when the copy is on disk, and the copy becomes visible only when the source is gone: an original is never
/// seen in two places. The source of a folder gets a hidden name first, by which one whose removal has begun is known. All functions
/// block.
struct OriginalCopy {
    /// Ends the name of a complete copy.
    static let suffix = ".original"

    let original: Original
    let from: Folder
    let to: Folder

    private static let partSuffix = ".original.part"
    private static let removedSuffix = ".original.removed"
    private static let pageLength = 256 * 1024

    /// The name of the complete copy.
    var name: FileName { original.hiddenName(Self.suffix) }

    /// Makes the copy, or takes the complete one of an earlier call.
    func make(of entry: Entry) throws(SystemError) {
        if let copy = try to.entry(name) {
            if try isCopy(copy, of: entry) { return }
            try to.removeAnything(name, depth: RelativePath.maximumDepth)
        }
        let part = original.hiddenName(Self.partSuffix)
        do {
            if entry.kind == .folder {
                try to.removeAnything(part, depth: RelativePath.maximumDepth)
                try from.copyFolder(entry.name, to: to, as: part)
            } else {
                try copy(entry, to: part)
            }
        } catch {
            try? to.removeAnything(part, depth: RelativePath.maximumDepth)
            throw error
        }
        try to.calls.rename(part.bytes, in: to.descriptor, to: name.bytes, in: to.descriptor, flags: 0)
        try to.synchronize()
    }

    /// Unlinks the source, if it still is what was copied.
    func removeSource() throws(SystemError) {
        guard let entry = try from.entry(original.place.name), original.isSame(entry) else { return }
        guard let copy = try to.entry(name), try isCopy(copy, of: entry) else {
            // Written to meanwhile. The next call copies it anew.
            throw SystemError(call: "copy", code: EAGAIN, subject: entry.name.bytes)
        }
        if entry.kind == .folder {
            let removed = original.hiddenName(Self.removedSuffix).bytes
            try from.calls.rename(entry.name.bytes, in: from.descriptor, to: removed, in: from.descriptor, flags: 0)
            try Self.finishRemoval(of: original, in: from)
        } else {
            try from.remove(entry.name)
            try from.synchronize()
        }
    }

    /// Removes what is left of a source that was copied, where its removal was cut off.
    static func finishRemoval(of original: Original, in from: Folder) throws(SystemError) {
        try from.removeAnything(original.hiddenName(removedSuffix), depth: RelativePath.maximumDepth)
        try from.synchronize()
    }

    /// Whether what has the copy's name is one of this entry: nobody else uses that name.
    ///
    /// It may be on the same device: two mounts of one file system (bind mounts, as `BindPaths=` makes them) are parted by `EXDEV` as well.
    private func isCopy(_ copy: Entry, of entry: Entry) throws(SystemError) -> Bool {
        let source = Original(job: original.job, place: original.place, identity: entry.identity)
        guard copy.kind == entry.kind, source.hasSameContent(copy) else { return false }
        guard entry.kind == .folder else { return true }
        return try from.folder(entry.name).isCopied(in: try to.folder(copy.name))
    }

    private func copy(_ entry: Entry, to part: FileName) throws(SystemError) {
        let calls = from.calls
        let source = try calls.open(
            entry.name.bytes,
            in: from.descriptor,
            flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
            mode: 0
        )
        defer { try? calls.close(source) }
        let status = try calls.status(source)
        try to.remove(part)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        let target = try calls.open(part.bytes, in: to.descriptor, flags: flags, mode: 0o660)
        defer { try? calls.close(target) }
        let count = try copyBytes(from: source, to: target)
        guard count == Int64(status.st_size) else {
            throw SystemError(call: "copy", code: EAGAIN, subject: entry.name.bytes)
        }
        // Tells which file it is a copy of, and is what people expect of a moved file.
        try calls.setTimes(target, accessed: status.st_atim, modified: status.st_mtim)
        try calls.synchronize(target)
    }

    private func copyBytes(from source: CInt, to target: CInt) throws(SystemError) -> Int64 {
        let page = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pageLength, alignment: 16)
        defer { page.deallocate() }
        var total: Int64 = 0
        while case let count = try from.calls.read(source, into: page), count > 0 {
            try to.calls.writeAll(target, UnsafeRawBufferPointer(rebasing: page[..<count]))
            total += Int64(count)
        }
        return total
    }
}

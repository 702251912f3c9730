package import Jobs

extension Folder {
    /// The lowest number from `start` on of whose names the folder has none, compared without case.
    ///
    /// The folder is read through in pages and only the names in question are kept, sixteen numbers at first and more with each reading,
    /// so memory is bounded however full the folder is. What is free may be taken a moment later: whoever uses the names must not
    /// replace. Blocks.
    ///
    /// - Parameters:
    ///   - start: Where to begin.
    ///   - names: The names that a number stands for.
    /// - Throws: The call that failed.
    /// - Returns: The number.
    package func firstFreeNumber(from start: Int = 1, names: (Int) -> [FileName]) throws(SystemError) -> Int {
        var start = start
        var width = 16
        while start < Int.max - width {
            let block = start..<(start + width)
            let taken = try takenNumbers(of: block, names: names)
            if let free = block.first(where: { !taken.contains($0) }) { return free }
            start += width
            width = min(width * 8, 4096)
        }
        return start
    }

    private func takenNumbers(of block: Range<Int>, names: (Int) -> [FileName]) throws(SystemError) -> Set<Int> {
        var wanted: [FoldedName: [Int]] = [:]
        var lengths: Set<Int> = []
        var isPlain = true
        for number in block {
            for name in names(number) {
                wanted[FoldedName(name), default: []].append(number)
                lengths.insert(name.bytes.count)
                isPlain = isPlain && name.isPlain
            }
        }
        var taken: Set<Int> = []
        let listing = try DirectoryListing(of: self)
        while let page = try listing.nextPage() {
            for item in page {
                // Between ASCII names a different length is a different name, which spares folding most of a full folder.
                if isPlain, !lengths.contains(item.name.bytes.count), item.name.isPlain { continue }
                taken.formUnion(wanted[FoldedName(item.name)] ?? [])
            }
        }
        return taken
    }

    /// Opens the folder that these names lead to, makes what is missing, and has every step of the way on disk.
    ///
    /// Blocks.
    func synchronizedFolder(at path: [FileName]) throws(SystemError) -> Folder {
        var folder = self
        for name in path {
            let next = try folder.madeFolder(name)
            // Also where it was there: the one who made it may have been cut off before this.
            try folder.synchronize()
            folder = next
        }
        return folder
    }
}

extension FileName {
    /// Whether all of it is ASCII.
    fileprivate var isPlain: Bool {
        bytes.allSatisfy { $0 < 0x80 }
    }
}

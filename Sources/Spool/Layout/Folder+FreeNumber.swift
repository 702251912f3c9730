package import Jobs

extension Folder {
    /// How many numbers are tried one by one before the folder is read through.
    private static let tries = 16

    /// The lowest number from `start` on of whose names the folder has none, compared without case.
    ///
    /// What is remembered of a large folder's names (`NameMemory`) spares reading it through, unless a name may differ from another by its
    /// case alone or its first numbers are taken. It is read in pages, and only the names in question are kept, sixteen numbers at first and
    /// more with each reading. What is free may be taken a moment later, and in a large folder a stranger's name that differs by its case
    /// alone may have come within the last minute: whoever uses the names must not replace. Blocks.
    ///
    /// - Parameters:
    ///   - start: Where to begin.
    ///   - names: The names that a number stands for.
    /// - Throws: The call that failed.
    /// - Returns: The number.
    package func firstFreeNumber(from start: Int = 1, names: (Int) -> [FileName]) throws(SystemError) -> Int {
        let identity = try identity()
        var start = start
        for _ in 0..<Self.tries {
            let candidates = names(start)
            let folded = candidates.map(FoldedName.init)
            guard let mayHave = memory.mayHave(folded, in: identity, at: .now) else { break }
            if try !hasAny(of: candidates) {
                if mayHave { break }
                memory.gives(folded, in: identity, at: .now)
                return start
            }
            start += 1
        }
        let number = try firstFreeNumber(readingFrom: start, of: identity, names: names)
        memory.gives(names(number).map(FoldedName.init), in: identity, at: .now)
        return number
    }

    private func hasAny(of names: [FileName]) throws(SystemError) -> Bool {
        for name in names where try entry(name) != nil { return true }
        return false
    }

    private func firstFreeNumber(
        readingFrom first: Int,
        of identity: FileIdentity,
        names: (Int) -> [FileName]
    ) throws(SystemError) -> Int {
        var start = first
        var width = 16
        while start < Int.max - width {
            let block = start..<(start + width)
            let taken = try takenNumbers(of: block, in: identity, names: names)
            if let free = block.first(where: { !taken.contains($0) }) { return free }
            start += width
            width = min(width * 8, 4096)
        }
        return start
    }

    /// Reads the folder through, and remembers its names where they are many.
    private func takenNumbers(
        of block: Range<Int>,
        in identity: FileIdentity,
        names: (Int) -> [FileName]
    ) throws(SystemError) -> Set<Int> {
        var wanted: [FoldedName: [Int]] = [:]
        for number in block {
            for name in names(number) { wanted[FoldedName(name), default: []].append(number) }
        }
        let start = ContinuousClock.now
        var taken: Set<Int> = []
        var filter = NameFilter()
        let listing = try DirectoryListing(of: self)
        while let page = try listing.nextPage() {
            for item in page {
                let name = FoldedName(item.name)
                filter.insert(name)
                if let numbers = wanted[name] { taken.formUnion(numbers) }
            }
        }
        memory.has(filter.count < NameMemory.least ? nil : filter, in: identity, readFrom: start, to: .now)
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

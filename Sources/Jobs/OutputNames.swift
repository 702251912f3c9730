/// The names under which one job's results appear, for any number that may be needed to keep them clear of others.
///
/// A pure value. Which numbers are free is for the caller to find out (`firstFree`); all names of a job bear the same one. What a person
/// named is kept byte for byte; what comes from the cloud (node ids) is reduced to letters, digits, `-` and `_`, so that no result is
/// hidden, begins like an option or leaves its folder by the cloud's doing.
package struct OutputNames: Sendable, Hashable {
    /// How the results are named and laid out.
    package let settings: Pipeline.OutboxSettings
    /// The results' extensions and nodes, in the order of the names.
    package let outputs: [Output]
    private let bases: [[UInt8]]
    private let maximumLength: Int

    /// What of a result goes into its name.
    package struct Output: Sendable, Hashable, Codable {
        /// The extension without a dot, as `MediaKind.resultExtension` gives it.
        package let fileExtension: String
        /// The node that made it.
        package let node: String?

        /// A result with this extension from this node.
        package init(fileExtension: String, node: String? = nil) {
            self.fileExtension = fileExtension
            self.node = node
        }
    }

    /// What fills the template of a name.
    package struct Source: Sendable, Hashable {
        /// The original's name without its extension; a folder's whole name.
        package let stem: [UInt8]
        /// The pipeline's name.
        package let pipeline: String
        /// The day of delivery, as it shall stand in names: `2026-11-21`.
        package let date: String
        /// The job.
        package let job: JobID

        /// An original of this stem in this pipeline.
        package init(stem: [UInt8], pipeline: String, date: String, job: JobID) {
            self.stem = stem
            self.pipeline = pipeline
            self.date = date
            self.job = job
        }
    }

    /// The names of results that are laid out by these settings.
    ///
    /// - Parameters:
    ///   - settings: The pipeline's settings for its outbox.
    ///   - source: What fills the template.
    ///   - outputs: The results in order.
    ///   - maximumLength: The longest name that the outbox's file system takes, in bytes.
    package init(
        _ settings: Pipeline.OutboxSettings,
        source: Source,
        outputs: [Output],
        maximumLength: Int = FileName.maximumLength
    ) {
        self.settings = settings
        self.outputs = outputs
        self.maximumLength = maximumLength
        let nodes = outputs.isEmpty ? [nil] : outputs.map(\.node)
        bases = nodes.map { OutputNameTemplate(settings.name).filled(source, node: $0) }
    }

    /// The names of a job.
    package struct Names: Sendable, Hashable, Codable {
        /// The folder that holds the rest, in the layout `folder`.
        package let folder: FileName?
        /// The results, in order.
        package let outputs: [FileName]
        /// The manifest.
        package let manifest: FileName

        /// What must be free in the outbox.
        package var visible: [FileName] {
            folder.map { [$0] } ?? outputs + [manifest]
        }
    }

    /// The names with this number; 1 is without.
    ///
    /// In the layout `folder` only the folder bears the number: what is in it is clear of others by lying there.
    package func names(_ number: Int) -> Names {
        let first = bases.first ?? []
        switch settings.layout {
        case .flat:
            return names(marked: Self.mark(number), folder: nil)
        case .folder:
            let mark = Self.mark(number)
            let room = max(1, maximumLength - mark.count)
            return names(marked: [], folder: FileName(cleaning: FileName.cut(first, to: room) + mark))
        }
    }

    /// The lowest number from `start` on whose names are all free.
    ///
    /// - Parameters:
    ///   - start: Where to begin.
    ///   - published: Which of the visible names, by their place in `visible`, need not be free.
    ///   - isTaken: Whether a name, compared without case, stands in the outbox.
    /// - Returns: The number.
    package func firstFree(
        from start: Int = 1,
        keeping published: Set<Int> = [],
        isTaken: (FoldedName) -> Bool
    ) -> Int {
        var number = start
        while names(number).visible.enumerated()
            .contains(where: { !published.contains($0.offset) && isTaken(FoldedName($0.element)) })
        {
            let (next, overflow) = number.addingReportingOverflow(1)
            guard !overflow else { return number }
            number = next
        }
        return number
    }

    private static func mark(_ number: Int) -> [UInt8] {
        number > 1 ? Array(" (\(number))".utf8) : []
    }

    private func names(marked mark: [UInt8], folder: FileName?) -> Names {
        // Names that differ by their node alone may be cut to the same; then all are counted through.
        let byName = names(marked: mark, folder: folder, counts: countsByName)
        guard Set(byName.outputs.map(FoldedName.init)).count < outputs.count else { return byName }
        return names(marked: mark, folder: folder, counts: Array(1...max(1, outputs.count)))
    }

    /// For each result, which one of its name it is, from 1.
    private var countsByName: [Int] {
        var counts: [FoldedName: Int] = [:]
        return zip(bases, outputs).map { base, _ in
            let name = FoldedName(FileName(cleaning: base))
            counts[name, default: 0] += 1
            return counts[name, default: 1]
        }
    }

    private func names(marked mark: [UInt8], folder: FileName?, counts: [Int]) -> Names {
        let suffixes = zip(outputs, counts).map { output, count in
            mark + Array((count > 1 ? "-\(count)." : ".").utf8) + Self.sanitized(output.fileExtension)
        }
        let hidden: [UInt8] = settings.manifest == .hidden ? [UInt8(ascii: ".")] : []
        let ending = mark + Array(".result.json".utf8)
        // Cut to one length, so that what belongs together keeps one stem.
        let longest = max(hidden.count + ending.count, suffixes.map(\.count).max() ?? 0)
        let room = max(1, maximumLength - longest)
        let outputNames = zip(bases, suffixes).map { FileName(cleaning: FileName.cut($0, to: room) + $1) }
        let manifest = hidden + FileName.cut(bases.first ?? [], to: room) + ending
        return Names(folder: folder, outputs: outputNames, manifest: FileName(cleaning: manifest))
    }

    /// An extension as it may stand in a name: lower-case letters and digits, `bin` where it is anything else.
    private static func sanitized(_ fileExtension: String) -> [UInt8] {
        let bytes = Array(fileExtension.lowercased().utf8)
        let isPlain = bytes.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
        return isPlain && (1...MediaKind.longestExtension).contains(bytes.count) ? bytes : Array("bin".utf8)
    }
}

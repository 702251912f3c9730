internal import Glibc
package import Jobs

/// A pipeline's outbox: finds free names in it, and makes staged results visible.
///
/// All functions block.
package struct Outbox: Sendable {
    /// The pipeline's folder.
    package let folder: Folder

    /// The outbox in this folder.
    package init(_ folder: Folder) {
        self.folder = folder
    }

    /// What came of publishing.
    package enum Publication: Sendable, Hashable {
        /// Everything is, or once was, under its name, and that is on disk.
        case published
        /// A name is taken by a file that is not the job's. `published` are the items that are no longer staged: with none of them the
        /// job is planned anew; with some, `PublishPlan.moved` keeps their names and gives the rest others.
        case nameTaken(published: Set<Int>)
        /// There is no staging folder: this is not the outbox that it was, or somebody removed it. Nothing was done.
        case stagingMissing
    }

    /// The points after which publishing may be cut off, for fault injection.
    package enum Step: Sendable, Hashable {
        /// One item was renamed.
        case published(Int)
        /// All outputs are visible and on disk; the manifest is not yet.
        case outputsFlushed
        /// Everything is on disk.
        case flushed
    }

    /// The lowest numbered names that are free.
    ///
    /// - Parameters:
    ///   - outputs: The job's names.
    ///   - path: The folders below the outbox in which they shall appear. They need not exist yet.
    ///   - plan: The plan that had to give way, if any: the number will be higher.
    ///   - published: The items of that plan that keep their names.
    /// - Throws: The call that failed.
    /// - Returns: The names and their number.
    package func freeNames(
        for outputs: OutputNames,
        at path: [FileName],
        after plan: PublishPlan? = nil,
        keeping published: Set<Int> = []
    ) throws(SystemError) -> FreeNames {
        let start = plan.map { $0.number + 1 } ?? 1
        guard let target = try folder.existingFolder(at: path) else {
            return FreeNames(number: start, names: outputs.names(start))
        }
        let number = try target.firstFreeNumber(from: start) { number in
            outputs.names(number).visible.enumerated().filter { !published.contains($0.offset) }.map(\.element)
        }
        return FreeNames(number: number, names: outputs.names(number))
    }

    /// Makes a plan's files visible: each by a rename that replaces nothing, the manifest last, when all before it are on disk.
    ///
    /// Can be repeated after any failure, and after `delivered` was not committed: what is no longer staged was published, and is not
    /// made again. An error of a call leaves everything to be repeated.
    package func publish(
        _ plan: PublishPlan,
        onStep: (Step) -> Void = { _ in }
    ) throws(SystemError) -> Publication {
        guard let staging = try Staging.existing(for: plan.job, in: folder) else { return .stagingMissing }
        let target = try folder.synchronizedFolder(at: plan.path)
        if let name = plan.folder {
            return try publishWhole(plan, as: name, from: staging.folder, to: target, onStep: onStep)
        }
        return try publishFlat(plan, from: staging.folder, to: target, onStep: onStep)
    }
}

package import Jobs
package import Spool
import Synchronization

/// The pipelines in service, with their folders.
///
/// Replaced as a whole by a reload.
package final class PipelineTable: Sendable {
    /// A pipeline with its folders.
    package struct Entry: Sendable {
        package let pipeline: Pipeline
        package let folders: PipelineFolders
        /// Whether it is in force; if not, it is only for jobs under way that were submitted when it was.
        let isInService: Bool

        /// A pipeline with these folders.
        package init(pipeline: Pipeline, folders: PipelineFolders, isInService: Bool = true) {
            self.pipeline = pipeline
            self.folders = folders
            self.isInService = isInService
        }
    }

    /// What there is by a configuration.
    package struct Contents: Sendable {
        /// Those in service.
        var entries: [Entry] = []
        /// Why others stay out of service although their files are good, since strangers could have looked into their folders, and what
        /// to do; by name.
        var closed: [String: String] = [:]
        /// The names of those that their own mistakes keep out of service.
        var mistaken: [String] = []

        /// None, but for the names of those that their own mistakes keep out of service.
        package init(mistaken: [String] = []) {
            self.mistaken = mistaken
        }
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var names: [String] = []
        /// The pipelines of which a folder is missing, with the sentence that says which.
        var away: [String: Phrase] = [:]
        var news: [String: AwayNews] = [:]
        /// What was in service, or would be by the settings that jobs were submitted with, by name.
        var former: [String: Entry] = [:]
        /// The pipelines whose folders have been looked at since they came into service.
        var seen: Set<String> = []
        var closed: [String: String] = [:]
        var mistaken: [String] = []

        mutating func set(_ contents: Contents) {
            entries = Dictionary(contents.entries.map { ($0.pipeline.name, $0) }) { first, _ in first }
            names = entries.keys.sorted()
            closed = contents.closed
            mistaken = contents.mistaken.sorted()
        }
    }

    private let state = Mutex(State())

    /// A table of these pipelines.
    package init(_ contents: Contents) {
        state.withLock { $0.set(contents) }
    }

    /// Puts these pipelines into service and takes all others out of it.
    func replace(with contents: Contents) {
        state.withLock { state in
            let old = state.entries
            state.set(contents)
            for (name, entry) in old where state.entries[name]?.folders !== entry.folders {
                state.away[name] = nil
                state.seen.remove(name)
                state.former[name] = Entry(pipeline: entry.pipeline, folders: entry.folders, isInService: false)
            }
        }
    }

    /// The pipeline with the folders that a job's results and original belong into: that in service, unless the job was submitted when
    /// the folders were others.
    ///
    /// - Parameters:
    ///   - name: the pipeline's.
    ///   - settings: those that the job was submitted with, if it was.
    ///   - layout: the spool.
    /// - Returns: nothing where neither is known.
    func entry(_ name: String, submittedWith settings: Pipeline?, in layout: SpoolLayout) -> Entry? {
        state.withLock { state in
            let current = state.entries[name]
            guard let settings else { return current ?? state.former[name] }
            if let current, current.pipeline.folders == settings.folders { return current }
            if let known = state.former[name], known.pipeline.folders == settings.folders { return known }
            guard let folder = FileName(name) else { return current }
            let folders = PipelineFolders(pipeline: folder, spool: layout, elsewhere: settings.folders)
            let made = Entry(pipeline: settings, folders: folders, isInService: false)
            state.former[name] = made
            return made
        }
    }

    /// Why pipelines stay out of service although their files are good, and what to do: a sentence for each.
    var closed: [String] { state.withLock { state in state.closed.keys.sorted().compactMap { state.closed[$0] } } }

    /// The names of those that their own mistakes keep out of service, sorted.
    var mistaken: [String] { state.withLock(\.mistaken) }

    /// The names, sorted.
    package var names: [String] { state.withLock(\.names) }

    /// A pipeline of this name, if it is in service.
    package func pipeline(_ name: String) -> Pipeline? {
        state.withLock { $0.entries[name]?.pipeline }
    }

    /// A pipeline's folders, if it is in service, whether they are there or not.
    package func entry(_ name: String) -> Entry? {
        state.withLock { $0.entries[name] }
    }

    /// A pipeline's folders, if they were there when last looked at.
    package func folders(_ name: String) -> PipelineFolders? {
        state.withLock { $0.away[name] == nil ? $0.entries[name]?.folders : nil }
    }

    /// Remembers whether a pipeline's folders are there.
    ///
    /// - Parameters:
    ///   - name: the pipeline's.
    ///   - sentence: what is missing, or nothing where all is there.
    ///   - now: the time.
    /// - Returns: whether that has changed, and whether people are to be told how it is.
    func setAway(_ name: String, _ sentence: Phrase?, at now: Timestamp) -> (hasChanged: Bool, isNews: Bool) {
        state.withLock { state in
            let wasAway = state.away[name] != nil
            state.away[name] = sentence
            state.seen.insert(name)
            let isNews = state.news[name, default: AwayNews()].isNews(isAway: sentence != nil, at: now)
            return (wasAway != (sentence != nil), isNews)
        }
    }

    /// Whether nobody has looked yet if a pipeline's folders are there.
    func isUnseen(_ name: String) -> Bool {
        state.withLock { !$0.seen.contains(name) }
    }

    /// What is missing of a pipeline's folders, if anything is.
    package func away(_ name: String) -> Phrase? {
        state.withLock { $0.away[name] }
    }
}

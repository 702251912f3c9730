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

        /// A pipeline with these folders.
        package init(pipeline: Pipeline, folders: PipelineFolders) {
            self.pipeline = pipeline
            self.folders = folders
        }
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var names: [String] = []
        /// The pipelines of which a folder is missing, with the sentence that says which.
        var away: [String: Phrase] = [:]
        var news: [String: AwayNews] = [:]
    }

    private let state = Mutex(State())

    /// A table of these pipelines.
    package init(_ entries: [Entry]) {
        state.withLock { state in
            for entry in entries { state.entries[entry.pipeline.name] = entry }
            state.names = state.entries.keys.sorted()
        }
    }

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
            let isNews = state.news[name, default: AwayNews()].isNews(isAway: sentence != nil, at: now)
            return (wasAway != (sentence != nil), isNews)
        }
    }

    /// What is missing of a pipeline's folders, if anything is.
    package func away(_ name: String) -> Phrase? {
        state.withLock { $0.away[name] }
    }
}

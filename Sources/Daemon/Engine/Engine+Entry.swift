import Jobs
import Spool

extension Engine {
    /// Where a job's results and original belong: by the settings that it was submitted with, if it was, so that neither a reload nor a
    /// restart with other folders can part what is staged from where it is to appear.
    func entry(for record: JobRecord) -> PipelineTable.Entry? {
        let settings = record.attempts.last?.settings
        let layout = SpoolLayout(path: self.settings.spool)
        return pipelines.entry(record.job.pipeline, submittedWith: settings, in: layout)
    }

    /// The folder in which a job's files lie while it is under way, if it is there.
    func work(of record: JobRecord) async -> Folder? {
        if let folders = pipelines.folders(record.job.pipeline) { return folders[.work] }
        guard let entry = entry(for: record), !entry.isInService, await isHere(entry) else { return nil }
        return entry.folders[.work]
    }
}

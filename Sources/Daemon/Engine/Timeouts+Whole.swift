import RunningHub

extension Transport.Timeouts {
    /// What all questions together may take by which an outcome is learned.
    var wholeOutcome: Duration { question * 4 }

    /// What may go by before a download's first byte: names are resolved, several addresses tried, and redirects followed.
    var wholeDownloadHead: Duration { (question + downloadHead * 4) * (Downloader.maximumRedirects + 1) }
}

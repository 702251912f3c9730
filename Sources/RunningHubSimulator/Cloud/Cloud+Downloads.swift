/// How a request for a result file is answered.
struct DownloadPlan: Sendable {
    var status: Int
    var file: ResultFile?
    var contentType = "application/xml"
    /// First byte, and how many are promised.
    var offset = 0
    var count = 0
    /// After how many of them the connection is closed, if it is.
    var cutAfter: Int?
    /// After how many of them nothing comes for a while.
    var stallAfter: Int?
    var stallTime = Duration.zero
    var bytesPerSecond: Int?
    var withLength = true
    /// Where another address is named instead.
    var location: String?
    /// Fields of the head that are not true.
    var contentLength = ""
    var contentEncoding = ""
    /// Whether the file begins again at its end.
    var isEndless = false
    /// Whether the connection is closed instead of an answer.
    var cut = false
    /// Index of the record's entry.
    var entry = 0
    var generation = 0
}

extension Cloud {
    /// Decides how a file is served, and notes the request.
    mutating func download(
        _ name: String,
        sign: String?,
        range: String?,
        hop: Int = 0,
        now: Duration
    ) -> DownloadPlan {
        var plan = downloadPlan(name, sign: sign, range: range, now: now)
        spoil(&plan, hop: hop)
        plan.entry = record.downloads.count
        plan.generation = generation
        record.downloads.append(
            .init(taskID: files[name]?.taskID, name: name, status: plan.cut ? 0 : plan.status, offset: plan.offset)
        )
        if plan.file != nil, !plan.cut {
            events.append(.downloadStarted(taskID: plan.file?.taskID ?? "", name: name))
        } else {
            events.append(.downloadRefused(name: name, status: plan.cut ? 0 : plan.status))
        }
        return plan
    }

    private mutating func downloadPlan(_ name: String, sign: String?, range: String?, now: Duration) -> DownloadPlan {
        guard let file = files[name] else { return DownloadPlan(status: 404) }
        files[name]?.downloads += 1
        var faults = settings.faults.downloads
        defer { settings.faults.downloads = faults }
        if faults.cutBefore.strikes(&generator) { return DownloadPlan(status: 0, cut: true) }
        if file.downloads < faults.firstRefused { return DownloadPlan(status: 503) }
        if let index = faults.http.indices.first(where: { faults.http[$0].fault.strikes(&generator) }) {
            return DownloadPlan(status: faults.http[index].status)
        }
        if now >= file.expires || faults.expired.strikes(&generator) {
            return DownloadPlan(status: settings.results.expiredStatus)
        }
        guard file.signature == nil || file.signature == sign else { return DownloadPlan(status: 403) }
        var plan = DownloadPlan(status: 200, file: file, contentType: file.contentType, count: file.content.bytes)
        if let range, !faults.rangeIgnored.strikes(&generator) { apply(range, to: &plan, size: file.content.bytes) }
        spoil(&plan, &faults)
        return plan
    }

    /// Narrows a plan to a range (RFC 9110, section 14).
    ///
    /// Several ranges or other units: the whole file, as is allowed.
    private func apply(_ range: String, to plan: inout DownloadPlan, size: Int) {
        guard range.hasPrefix("bytes="), !range.contains(",") else { return }
        let bounds = range.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2 else { return }
        switch (Int(bounds[0]), Int(bounds[1])) {
        case (let first?, let last) where first < size && (last != nil || bounds[1].isEmpty):
            guard last.map({ $0 >= first }) ?? true else { return }
            plan.offset = first
            plan.count = min(last ?? size - 1, size - 1) - first + 1
        case (nil, let suffix?) where bounds[0].isEmpty && suffix > 0 && size > 0:
            plan.count = min(suffix, size)
            plan.offset = size - plan.count
        case (.some, _), (nil, .some):
            plan = DownloadPlan(status: 416)
            return
        case (nil, nil): return
        }
        plan.status = 206
    }

    private mutating func spoil(_ plan: inout DownloadPlan, _ faults: inout DownloadFaults) {
        let part = Int(Double(plan.count) * min(max(faults.truncatedAt, 0), 1))
        if faults.truncated.strikes(&generator) { plan.cutAfter = part }
        if faults.stalled.strikes(&generator) {
            plan.stallAfter = part
            plan.stallTime = faults.stallTime.duration
        }
        if faults.slow.strikes(&generator) { plan.bytesPerSecond = max(faults.slowBytesPerSecond, 1) }
        if faults.wrongType.strikes(&generator) { plan.contentType = "text/html" }
        if faults.withoutLength.strikes(&generator) { plan.withLength = false }
    }

    /// Does to an answer what a cloud does that means harm.
    private func spoil(_ plan: inout DownloadPlan, hop: Int) {
        guard !plan.cut, let file = plan.file else { return }
        let hostile = file.hostile
        let sign = file.signature.map { "&sign=\($0)" } ?? ""
        let next =
            hop < hostile.redirects ? "\(Self.path(of: file.name))?hop=\(hop + 1)\(sign)" : hostile.location
        if !next.isEmpty {
            plan = DownloadPlan(status: 302, location: next)
            return
        }
        plan.contentLength = hostile.contentLength
        plan.contentEncoding = hostile.contentEncoding
        if hostile.endless {
            plan.isEndless = true
            plan.withLength = false
            plan.count = .max
        }
    }

    /// Notes how a download ended.
    mutating func downloadEnded(_ plan: DownloadPlan, bytes: Int, complete: Bool) {
        guard plan.generation == generation, record.downloads.indices.contains(plan.entry) else { return }
        record.downloads[plan.entry].bytes = bytes
        record.downloads[plan.entry].complete = complete
        let entry = record.downloads[plan.entry]
        events.append(.downloadFinished(taskID: entry.taskID ?? "", name: entry.name, bytes: bytes, complete: complete))
    }
}

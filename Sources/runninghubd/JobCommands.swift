import ArgumentParser
import Daemon
import Glibc
import Jobs

/// `runninghubctl jobs`.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Lists jobs, those first whose state changed last."
    )

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Jobs of this state alone; may be given several times.", completion: .list(Self.states))
    var state: [String] = []
    @Option(help: "Jobs of this pipeline alone.", completion: Completions.pipelines)
    var pipeline: String?
    @Option(help: "At most so many; 0: all.")
    var limit = 50

    private static let states = JobState.allCases.map(\.rawValue)

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("A limit is 0 or more.") }
        for state in state where !Self.states.contains(state) {
            throw ValidationError("There is no state \(state); there are: \(Self.states.joined(separator: ", ")).")
        }
    }

    func run() async throws {
        let listing = try await options.ask { client in
            try await client.allJobs(states: state, pipeline: pipeline, limit: limit == 0 ? .max : limit)
        }
        if Output.isTerminal, !output.json { Output.line(JobListDocument.heading(on: Output.screen)) }
        try output.print(listing)
    }
}

extension ControlClient {
    /// As many jobs as are asked for, page by page.
    func allJobs(states: [String], pipeline: String? = nil, limit: Int) async throws -> JobListDocument {
        var listing = try await jobs(states: states, pipeline: pipeline, limit: limit)
        while let next = listing.next, listing.jobs.count < limit {
            let rest = limit - listing.jobs.count
            let page = try await jobs(states: states, pipeline: pipeline, after: next, limit: rest)
            listing.jobs += page.jobs
            listing.next = page.next
        }
        return listing
    }
}

/// `runninghubctl show`.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a job with its whole history."
    )

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The job's id, or its beginning.", completion: Completions.jobs())
    var job: String

    func run() async throws {
        try output.print(try await options.ask { try await $0.job(job) })
    }
}

/// `runninghubctl why`.
struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tells what keeps a file or folder where it is, and what happens next."
    )

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "A file or folder in the spool.", completion: .file())
    var path: String

    func run() async throws {
        try output.print(try await options.ask { try await $0.why(AskedPath(typed)) })
    }

    /// The path as it was typed: a name need not be text, and what is none would be changed on its way through a `String`.
    private var typed: [UInt8] {
        let arguments = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
        let found = arguments.compactMap(\.self).last { String(cString: $0) == path }
        guard let found else { return Array(path.utf8) }
        return UnsafeBufferPointer(start: found, count: strlen(found)).map { UInt8(bitPattern: $0) }
    }
}

/// `runninghubctl cancel`.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancels jobs.",
        discussion: """
            A job that was not submitted yet is cancelled at once, at no cost. Of one whose task runs RunningHub is asked once; it bills the \
            time already run. A job whose results are being fetched is paid for, and is delivered.
            """
    )

    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The jobs' ids, or their beginnings.", completion: Completions.jobs(Self.states))
    var jobs: [String]

    /// Those that can be cancelled.
    private static let states: [JobState] = [.queued, .uploading, .submitting, .unconfirmed, .running]

    func run() async throws {
        let client = options.makeClient()
        try await EachJob(jobs, options).run { job in Output.line(try await client.cancel(job).message) }
    }
}

/// `runninghubctl retry`.
struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Tries jobs again that ended without results.",
        discussion: """
            RunningHub is asked first about every task that a job has; a new one is paid for only if none can be used. Jobs of which that \
            cannot be known (outcome-unknown, timed-out, result-expired) are left out and listed, unless --may-pay-twice is given.
            """
    )

    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The jobs' ids, or their beginnings.", completion: Completions.jobs([.failed, .cancelled]))
    var jobs: [String] = []
    @Flag(help: "All jobs that failed.")
    var failed = false
    @Flag(help: "Also those whose task may have been paid already.")
    var mayPayTwice = false

    func validate() throws {
        guard jobs.isEmpty == failed else { throw ValidationError("Name jobs, or say --failed.") }
    }

    func run() async throws {
        let client = options.makeClient()
        let named =
            failed
            ? try await options.ask { _ in try await client.allJobs(states: ["failed"], limit: .max).jobs.map(\.id) }
            : jobs
        if failed, named.isEmpty { Output.line("No job has failed.") }
        var leftOut = 0
        try await EachJob(named, options).run { job in
            let answer = try await client.retry(job, mayPayTwice: mayPayTwice)
            if answer.isLeftOut { leftOut += 1 }
            Output.line(answer.message)
        }
        // Leaving out is what --failed is meant to do; a job that was named was not retried.
        if leftOut > 0, !failed { throw ExitCode.failure }
    }
}

/// Asks for something of one job after the other, whatever becomes of those before.
struct EachJob {
    private let jobs: [String]
    private let options: ConfigurationOptions

    init(_ jobs: [String], _ options: ConfigurationOptions) {
        self.jobs = jobs
        self.options = options
    }

    /// Ends with 1 where one was refused, and at once where no daemon answers.
    func run(_ body: (String) async throws -> Void) async throws {
        var code: ExitCode?
        for job in jobs {
            do {
                try await body(job)
            } catch let failure as ControlClient.Failure {
                try options.tell(failure)
                code = ExitCode(failure.code)
                if failure.code == 69 { break }
            }
        }
        if let code { throw code }
    }
}

import Jobs
import RunningHub

/// The callbacks of tasks that run, from the token in their address and their body to what they change, committed.
struct CallbackPath {
    private let jobs: JobPath
    private let tokens = CallbackTokens(secret: Array(repeating: 7, count: CallbackTokens.secretLength))
    private let body = Array(
        """
        {"event":"TASK_END","taskId":"190470","eventData":"{\\"code\\":0,\\"msg\\":\\"success\\",\\"data\\":[{\\"fileUrl\\":\\"https://\
        rh-images.xiaoyaoyou.com/de0db6f2564c8697b07df55a77f07be9/output/ComfyUI_00033_hpgko_1742822929.png\\",\\"fileType\\":\\"png\\",\
        \\"taskCostTime\\":0,\\"nodeId\\":\\"9\\"}]}"}
        """.utf8
    )
    private let now = Timestamp(milliseconds: 1_790_000_000_000)

    init(folder: String) throws {
        jobs = try JobPath(folder: folder)
    }

    /// As many tasks run whatever is counted.
    private static let tasks = 200

    func run(_ count: Int) async throws {
        precondition(count <= Self.tasks, "So many tasks run.")
        var running: [JobID] = []
        for number in 0..<Self.tasks { running.append(try await jobs.submitted(number)) }
        for job in running.prefix(count) {
            let token = tokens.token(job: job, attempt: 1)
            precondition(tokens.isValid(token, job: job, attempt: 1), "It was just made.")
            let taskID = CallbackBody.decode(body).taskID
            try await jobs.change(job) {
                $0.callbackArrived(attempt: 1, taskID: taskID, recreated: nil, at: now) == .applied
            }
        }
    }
}

import Jobs
import Testing

@Suite("What has to be uploaded", .timeLimit(.minutes(1)))
struct UploadNeedsTests {
    @Test("An upload serves as long as it has every file that the nodes ask for by its name on RunningHub")
    func covers() throws {
        var job = JobRecord.submitting().job
        job.kind = .folder
        job.inputs = ["photo", "mask"].map { stem in
            Job.Input(stem: stem, name: FileName(cleaning: "\(stem).png".utf8), identity: .sample)
        }
        let upload = Job.Upload(key: "main", site: "ai", remoteNames: ["photo": "api/photo"], at: .start)
        var pipeline = Pipeline.sample()
        pipeline.nodes = try [Self.node("{file:photo}"), Self.node("{text:mask}")]
        #expect(job.hasAllUploaded(in: upload, for: pipeline))
        pipeline.nodes = try [Self.node("{file:photo}"), Self.node("{file:mask}")]
        #expect(!job.hasAllUploaded(in: upload, for: pipeline))
    }

    private static func node(_ text: String) throws -> Pipeline.Node {
        Pipeline.Node(id: "1", field: "f", value: .text(try Template(parsing: text)))
    }
}

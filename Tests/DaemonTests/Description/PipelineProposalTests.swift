import Jobs
import Testing

@testable import Daemon

@Suite("The pipeline that describe proposes", .timeLimit(.minutes(1)))
struct PipelineProposalTests {
    private typealias Field = PipelineProposal.Field

    private func reading(_ text: String) -> ConfigurationReading {
        readConfiguration(["pipelines.d/p.yaml": text])
    }

    private func app(_ fields: [Field]) -> PipelineProposal {
        PipelineProposal(target: .aiApp("2016740236478386178"), name: "Oil painting", fields: fields)
    }

    private var image: Field {
        var field = Field(id: "285", field: "image", title: "LoadImage", type: "IMAGE", value: .text("example.png"))
        field.isLoader = true
        return field
    }

    @Test("The loader takes the dropped file, and everything else keeps what it has.")
    func loader() throws {
        var sampler = Field(id: "3", field: "sampler_name", title: "KSampler", type: "LIST", value: .text("euler"))
        sampler.choices = ["euler", "dpmpp_2m"]
        let steps = Field(id: "3", field: "steps", title: "KSampler", type: "INT", value: .plain("20"))
        let text = app([steps, image, sampler]).text
        let reading = reading(text)
        #expect(reading.problems.isEmpty, "\(reading.problems)\n\(text)")
        let pipeline = try #require(reading.configuration?.pipelines.first)
        #expect(pipeline.target == .aiApp("2016740236478386178"))
        #expect(pipeline.nodes == [.init(id: "285", field: "image", value: .text(try Template(parsing: "{file}")))])
        #expect(text.hasPrefix("# Oil painting\n"))
        #expect(text.contains("  # KSampler, sampler_name (LIST): now \"euler\"\n  # one of: euler, dpmpp_2m\n"))
        #expect(text.contains("\n  #- { id: 3, field: steps, value: 20 }\n"))
    }

    @Test("With the comment signs taken away the file is right too, whatever the present values are.")
    func uncommented() throws {
        let values: [PipelineProposal.Value] = [
            .text("a {strange} \"prompt\"\n# with\tlines \u{1F600}\u{200B}"), .text("no"), .text("010"), .plain("0.75"),
            .plain("-5"), .plain("true"), .text(""),
        ]
        let fields = values.enumerated().map { index, value in
            Field(
                id: index == 0 ? "12:3" : "\(index)",
                field: "field_\(index)",
                title: "A\nB",
                type: "STRING",
                value: value
            )
        }
        let text = app([image] + fields).text.replacing("\n  #- ", with: "\n  - ")
        let reading = reading(text)
        #expect(reading.problems.isEmpty, "\(reading.problems)\n\(text)")
        let nodes = try #require(reading.configuration?.pipelines.first?.nodes).dropFirst()
        #expect(nodes.map(\.id).first == "12:3")
        #expect(
            nodes.map(\.value) == [
                .text(Template(literal: "a {strange} \"prompt\"\n# with\tlines \u{1F600}\u{200B}")),
                .text(Template(literal: "no")), .text(Template(literal: "010")), .number(0.75), .integer(-5),
                .boolean(true), .text(Template(literal: "")),
            ]
        )
    }

    @Test("Of several loaders the first takes the file, and how to bring several is said.")
    func severalLoaders() throws {
        var video = Field(id: "12", field: "video", title: "LoadVideo", type: "VIDEO", value: nil)
        video.isLoader = true
        let text = app([image, video]).text
        #expect(reading(text).problems.isEmpty)
        #expect(text.contains("It loads 2 files."))
        #expect(text.contains("\n  #- { id: 12, field: video, value: \"{file:video}\" }\n"))
        let folder = text.replacing("\"{file}\" }", with: "\"{file:image}\" }").replacing("\n  #- ", with: "\n  - ")
        #expect(reading(folder).problems.isEmpty, "\(reading(folder).problems)")
    }

    @Test("Where nothing is loaded the prompt is the content of a dropped text.")
    func prompt() throws {
        let negative = Field(id: "7", field: "text", title: "Negative", type: "STRING", value: .text("bad"))
        let prompt = Field(id: "6", field: "text", title: "Prompt", type: "STRING", value: .text("a cat"))
        let text = PipelineProposal(target: .workflow("1904136902449209346"), name: nil, fields: [negative, prompt])
            .text
        let reading = reading(text)
        #expect(reading.problems.isEmpty, "\(reading.problems)\n\(text)")
        let pipeline = try #require(reading.configuration?.pipelines.first)
        #expect(pipeline.nodes == [.init(id: "6", field: "text", value: .text(try Template(parsing: "{text}")))])
        #expect(pipeline.accept == ["txt"] && pipeline.target == .workflow("1904136902449209346"))
    }

    @Test("Where nothing can be given, that is said, and it is no mistake.")
    func nothing() throws {
        for fields in [[], [Field(id: "3", field: "steps", title: "", type: "INT", value: .plain("20"))]] {
            let reading = reading(app(fields).text)
            #expect(reading.problems.allSatisfy { $0.severity == .warning }, "\(reading.problems)")
            #expect(reading.configuration?.pipelines.count == 1)
        }
    }
}

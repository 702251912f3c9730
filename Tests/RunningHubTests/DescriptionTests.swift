import NIOHTTP1
import Testing

import struct Jobs.Secret

@testable import RunningHub

@Suite("What can be set on an app or workflow", .timeLimit(.minutes(1)))
struct DescriptionTests {
    @Test("A workflow's fields are those of its graph that are no links, in order")
    func workflow() async throws {
        let graph =
            #"{\"10\":{\"class_type\":\"KSampler\",\"inputs\":{\"seed\":5,\"cfg\":8.5,\"model\":[\"4\",0],\"on\":true}},"#
            + #"\"9\":{\"class_type\":\"LoadImage\",\"_meta\":{\"title\":\"Photo\"},\"inputs\":{\"image\":\"a.png\"}}}"#
        let body = #"{"code":0,"msg":"success","data":{"prompt":"\#(graph)"}}"#
        try await withCloud(answering: { _ in [.send(answer("200 OK", body))] }) { cloud, server in
            let workflow = try await cloud.workflowNodes("19")
            #expect(workflow.name == nil)
            #expect(workflow.nodes.map { "\($0.id).\($0.field)" } == ["9.image", "10.cfg", "10.on", "10.seed"])
            #expect(workflow.nodes.map(\.type) == ["IMAGE", "FLOAT", "BOOLEAN", "INT"])
            #expect(workflow.nodes.map(\.title) == ["Photo", "KSampler", "KSampler", "KSampler"])
            #expect(workflow.nodes.map(\.loads) == [.image, nil, nil, nil])
            #expect(workflow.nodes.first?.presentValue == "a.png")
            #expect(server.requests.first?.uri == "/api/openapi/getJsonApiFormat")
        }
    }

    @Test("An app's nodes are read in its order, with choices and what each loads")
    func app() async throws {
        let body = #"""
            {"code":0,"msg":"success","data":{"webappName":"Oil painting","nodeInfoList":[
            {"nodeId":285,"nodeName":"LoadImage","fieldName":"image","fieldType":"IMAGE","fieldValue":"a.png","description":"照片"},
            {"nodeId":"3","nodeName":"KSampler","fieldName":"sampler_name","fieldType":"LIST","fieldValue":"euler",
             "fieldData":"[[\"euler\",\"ddim\"],{\"default\":\"euler\"}]","description":"采样器","descriptionEn":"sampler"},
            {"nodeId":"4","nodeName":"Switch","fieldName":"select","fieldType":"SWITCH","fieldValue":"1",
             "fieldData":[{"name":"first","index":1},{"name":"second","index":2}]},
            {"nodeId":"5","fieldName":"","fieldType":"STRING"},null]}}
            """#
        try await withCloud(answering: { _ in [.send(answer("200 OK", body))] }) { cloud, server in
            let app = try await cloud.appNodes("20 16")
            #expect(app.name == "Oil painting")
            #expect(app.nodes.map(\.id) == ["285", "3", "4"])
            #expect(app.nodes.map(\.loads) == [.image, nil, nil])
            #expect(app.nodes.map(\.choices) == [[], ["euler", "ddim"], [1, 2]])
            #expect(app.nodes.map(\.description) == ["照片", "sampler", nil])
            #expect(
                server.requests.first?.uri == "/api/webapp/apiCallDemo?apiKey=\(key.expose())&webappId=20%2016"
            )
        }
    }

    static let loaders: [(String, String, JSONValue, NodeDescription.Load?)] = [
        ("LoadImage", "image", "a.png", .image), ("LoadImageMask", "image", "a.png", .image),
        ("LoadImage", "upload", "image", nil), ("LoadAudio", "audio", "a.wav", .audio),
        ("VHS_LoadAudioUpload", "audio", "a.wav", .audio), ("VHS_LoadAudio", "audio_file", "a.wav", .audio),
        ("VHS_LoadVideo", "video", "a.mp4", .video), ("VHS_LoadVideo", "force_rate", 0, nil),
        ("LoadVideo", "file", "a.mp4", .video), ("LoadImagesFromZip", "zip_file", "a.zip", .zip),
        ("LoadImagesFromZip", "image", "a.zip", .zip), ("CheckpointLoaderSimple", "ckpt_name", "a.safetensors", nil),
        ("LoraLoader", "lora_name", "a", nil), ("LoadImageFromUrl", "image", "https://h/a.png", nil),
        ("LoadImageFromUrl", "image", "a.png", nil),
        ("LoadImage", "image", "https://h/a.png", nil), ("SaveImage", "images", "a", nil),
        ("CLIPTextEncode", "text", "load an image", nil), ("LoadImage", "image", 5, nil),
    ]

    @Test("Nodes that load a file are known by their kind and the field", arguments: loaders)
    func loader(kind: String, field: String, value: JSONValue, loads: NodeDescription.Load?) {
        #expect(NodeDescription.Load(nodeKind: kind, field: field, value: value) == loads)
    }

    static let refusals: [(String, Int?)] = [
        (#"{"code":810,"msg":"WORKFLOW_NOT_SAVED_OR_NOT_RUNNING","data":null}"#, 810),
        (#"{"code":901,"msg":"WEBAPP_NOT_EXISTS","data":null}"#, 901),
        (#"{"code":380,"msg":"WORKFLOW_NOT_EXISTS","data":null}"#, 380),
        (#"{"code":0,"msg":"success","data":null}"#, nil), (#"{"code":0,"data":{"prompt":"no graph"}}"#, nil),
        (#"{"code":0,"data":{"nodeInfoList":"none"}}"#, nil),
    ]

    @Test("What cannot be described says why", arguments: refusals)
    func refused(body: String, code: Int?) async throws {
        try await withCloud(answering: { _ in [.send(answer("200 OK", body))] }) { cloud, _ in
            for ask in [cloud.workflowNodes, cloud.appNodes] {
                let error = await #expect(throws: CloudError.self) { _ = try await ask("19") }
                #expect(error?.errorCode?.number == code)
                #expect(error?.code == (code == nil ? .badAnswer : .refused))
                #expect(code == nil || error?.hint != nil)
            }
        }
    }
}

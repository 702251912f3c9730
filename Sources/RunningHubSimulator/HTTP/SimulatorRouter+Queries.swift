import HTTPTypes
import Hummingbird
import NIOCore

extension SimulatorRouter {
    func addQueries(to router: Router<SimulatorContext>) {
        router.post("/openapi/v2/query") { request, context in
            let (body, _) = try await read(request)
            let key = bearer(request)
            return try await simulator.step { cloud, _ in
                let gate = cloud.gate(.query, path: "/openapi/v2/query")
                return cloud.query(body, key: key, gate: gate)
            }.respond(in: context)
        }
        for question in Cloud.TaskQuestion.allCases {
            router.post("\(question.rawValue)") { request, context in
                let (body, _) = try await read(request)
                return try await simulator.step { cloud, now in
                    cloud.ask(question, body, now: now)
                }.respond(in: context)
            }
        }
        router.get("/task/openapi/status") { request, context in
            let parameters = request.uri.queryParameters
            let task = parameters.get("taskId") ?? ""
            let key = parameters.get("apiKey")
            return try await simulator.step { cloud, _ in
                cloud.statusObject(task, key: key)
            }.respond(in: context)
        }
        router.post("/task/openapi/retryWebhook") { request, context in
            let (body, _) = try await read(request)
            return try await simulator.step { cloud, _ in
                cloud.retryWebhook(body)
            }.respond(in: context)
        }
    }
}

import HTTPTypes
import Hummingbird
import NIOCore

extension SimulatorRouter {
    func addAccounts(to router: Router<SimulatorContext>) {
        router.post("/uc/openapi/accountStatus") { request, context in
            let (body, _) = try await read(request)
            return try await simulator.step { cloud, _ in
                cloud.inform(path: "/uc/openapi/accountStatus", key: body.bodyKey) { $0.accountStatus($1) }
            }.respond(in: context)
        }
        router.post("/api/openapi/getJsonApiFormat") { request, context in
            let (body, _) = try await read(request)
            let id = body.workflowId?.readable ?? ""
            return try await simulator.step { cloud, _ in
                cloud.inform(path: "/api/openapi/getJsonApiFormat", key: body.bodyKey) { cloud, _ in cloud.workflow(id)
                }
            }.respond(in: context)
        }
        router.get("/api/webapp/apiCallDemo") { request, context in
            let parameters = request.uri.queryParameters
            let key = parameters.get("apiKey")
            let id = parameters.get("webappId") ?? ""
            return try await simulator.step { cloud, _ in
                cloud.inform(path: "/api/webapp/apiCallDemo", key: key) { $0.appDemo(id, key: $1) }
            }.respond(in: context)
        }
        router.get("/openapi/v2/queue/status") { request, context in
            let key = bearer(request)
            return try await simulator.step { cloud, _ in
                cloud.inform(path: "/openapi/v2/queue/status", key: key, flat: true) { $0.queueStatus($1) }
            }.respond(in: context)
        }
        router.get("/openapi/v2/api-key/list") { request, context in
            let key = bearer(request)
            return try await simulator.step { cloud, _ in
                cloud.inform(path: "/openapi/v2/api-key/list", key: key, flat: true) { cloud, _ in cloud.keyList() }
            }.respond(in: context)
        }
    }
}

import Jobs

extension Cloud {
    /// Asks what can be set on a workflow.
    ///
    /// - Throws: ``CloudError``; 810 where the workflow was never saved and run on the site, 380 where there is none with this id.
    package func workflowNodes(_ workflowID: String) async throws(CloudError) -> TargetDescription {
        let reply = try await askVersion1(
            "/api/openapi/getJsonApiFormat",
            ["apiKey": .text(key.expose()), "workflowId": .text(workflowID)]
        )
        guard let graph = reply.content["prompt"]?.unwrapped?.members else {
            throw CloudError(.badAnswer, "RunningHub's answer holds no workflow that can be read.")
        }
        return TargetDescription(graph: graph)
    }

    /// Asks what can be set on an AI app.
    ///
    /// - Throws: ``CloudError``; 901 where there is no app with this id.
    package func appNodes(_ appID: String) async throws(CloudError) -> TargetDescription {
        let reply = try await askByAddress(
            "/api/webapp/apiCallDemo",
            [(name: "apiKey", value: key.expose()), (name: "webappId", value: appID)]
        )
        guard let list = reply.content["nodeInfoList"]?.unwrapped?.elements else {
            throw CloudError(.badAnswer, "RunningHub's answer does not list the app's nodes.")
        }
        return TargetDescription(
            name: reply.content["webappName"]?.filledText.map { RemoteText.clean($0, limit: 200) },
            nodes: list.prefix(NodeDescription.maximumCount).compactMap(NodeDescription.init(appNode:))
        )
    }
}

using Projects;

// dotnet run [-- --attngan COMMAND]     The command is that of the tool (`dotnet tool install --global attngan`).
IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder(args);

IResourceBuilder<ExecutableResource> attngan = builder
    .AddExecutable("attngan", builder.Configuration["attngan"] ?? "attngan", builder.AppHostDirectory, "serve")
    .WithHttpEndpoint()
    .WithOtlpExporter() // its traces and metrics are in the dashboard
    .WithHttpHealthCheck("/readyz");
EndpointReference endpoint = attngan.GetEndpoint("http");
attngan.WithEnvironment(
    "ATTNGAN_URLS", ReferenceExpression.Create($"http://127.0.0.1:{endpoint.Property(EndpointProperty.TargetPort)}"));

builder.AddProject<Cards>("cards")
    .WithHttpEndpoint()
    .WithReference(endpoint)
    .WaitFor(attngan); // until its model is loaded

builder.Build().Run();

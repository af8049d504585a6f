using AttnGan;
using AttnGan.Server;
using AttnGan.Server.Configuration;

if (args is ["--help" or "-h" or "-?"])
{
    Console.WriteLine(ServerSettings.Help());
    return 0;
}

try
{
    ServerSettings.CheckArguments(args);
    await using WebApplication app = ServerApplication.Create(args);
    await app.ListenAsync();
    await app.WaitForShutdownAsync();
    return 0;
}
catch (AttnGanException error)
{
    Console.Error.WriteLine($"error: {error.Message}");
    return 1;
}

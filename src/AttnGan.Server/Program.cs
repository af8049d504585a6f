using System.Globalization;
using AttnGan;
using AttnGan.Server;
using AttnGan.Server.Configuration;

if (args is ["--help" or "-h" or "-?"])
{
    Console.WriteLine(ServerSettings.Help());
    return 0;
}

// Numbers are read and written the same on every machine.
CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
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

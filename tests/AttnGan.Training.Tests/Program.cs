using AttnGan.Training.Tests;
using AttnGan.Training.Tests.Distributed;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// A launcher starts this program as the ranks of a test; otherwise it runs the tests, as the entry point that xunit generates.
return args switch
{
    [RankTrainings.Argument, ..] => RankTrainings.Run(args[1..]),
    _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
        await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};

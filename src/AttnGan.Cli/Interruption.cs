using System.Runtime.InteropServices;

namespace AttnGan.Cli;

/// <summary>
/// Ctrl-C and SIGTERM as a request to come to an orderly end. A second one has the system's own effect: the process ends at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const int SignalExitCode = 128;

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _exitCode;

    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, 2)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, 15)),
    ];

    public CancellationToken Token => _source.Token;

    /// <summary>130 after Ctrl-C, 143 after SIGTERM, as a shell would report it.</summary>
    public int ExitCode => _exitCode == 0 ? SignalExitCode + 2 : _exitCode;

    /// <summary>Called when the request comes in, on another thread than the command's.</summary>
    public Action? Requested { get; set; }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context, int number)
    {
        if (Interlocked.CompareExchange(ref _exitCode, SignalExitCode + number, 0) == 0)
        {
            context.Cancel = true;
            Requested?.Invoke();
            _source.Cancel();
        }
    }
}

namespace Exchange.Cli;

/// <summary>How every command ends.</summary>
public enum ExitCode
{
    /// <summary>Done as asked.</summary>
    Done = 0,

    /// <summary>The node refused, or a verification failed.</summary>
    Refused = 1,

    /// <summary>Wrong use of the command, or a configuration that does not load.</summary>
    Misused = 2,
}

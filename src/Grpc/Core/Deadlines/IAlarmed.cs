namespace Grpc.Core.Deadlines;

/// <summary>A call that waits for its deadline.</summary>
internal interface IAlarmed
{
    /// <summary>The time that was set has come, or some of it: the call looks at its clock, and sets the alarm again if there is time left.</summary>
    void OnAlarm();
}

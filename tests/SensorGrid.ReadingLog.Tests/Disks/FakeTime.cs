using Microsoft.Extensions.Time.Testing;

namespace SensorGrid.ReadingLog.Tests.Disks;

/// <summary>Lets the log's clock run until something happened. The log's thread starts its pauses when it likes, so one step may come too early.</summary>
internal static class FakeTime
{
    public static async Task AdvanceUntilAsync(this FakeTimeProvider time, Task task)
    {
        while (!task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    public static Task WasFullAgainAsync(this FaultDisk disk, FakeTimeProvider time) => time.AdvanceUntilAsync(disk.WasFull.WaitAsync());
}

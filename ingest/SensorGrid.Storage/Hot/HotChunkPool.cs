namespace SensorGrid.Storage.Hot;

/// <summary>Chunks that wait for use again: a busy store seals and fills the same ones over and over. Beyond a bound they go to the garbage collector.</summary>
internal sealed class HotChunkPool(int atMost)
{
    private readonly Lock gate = new();
    private readonly Stack<HotChunk> waiting = new();

    public HotChunk Rent()
    {
        lock (gate)
            return waiting.TryPop(out var chunk) ? chunk : new();
    }

    public void Return(ReadOnlySpan<HotChunk> chunks)
    {
        lock (gate)
        {
            foreach (var chunk in chunks)
            {
                if (waiting.Count >= atMost)
                    return;
                chunk.Reset();
                waiting.Push(chunk);
            }
        }
    }
}

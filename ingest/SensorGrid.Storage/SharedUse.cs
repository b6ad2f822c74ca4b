namespace SensorGrid.Storage;

/// <summary>Counts the queries that use a hot generation or a sealed file, and cleans it up after the last one once it is retired.
/// A query holds its sources from the moment it chose them, so none disappears between choosing and reading.</summary>
internal sealed class SharedUse
{
    private readonly Lock gate = new();
    private int users;
    private Action? whenFree;

    public void Enter()
    {
        lock (gate)
            users++;
    }

    public void Leave()
    {
        Action? cleanUp = null;
        lock (gate)
        {
            if (--users == 0)
                (cleanUp, whenFree) = (whenFree, null);
        }
        cleanUp?.Invoke();
    }

    /// <summary>Says what to do when nobody uses it any more; at once when nobody does.</summary>
    public void Retire(Action cleanUp)
    {
        lock (gate)
        {
            if (users > 0)
            {
                whenFree = cleanUp;
                return;
            }
        }
        cleanUp();
    }
}

using SensorGrid.ReadingLog.Files;

namespace SensorGrid.ReadingLog.Tests.Disks;

/// <summary>A folder in memory that forgets like a disk does. What was not synced may, after <see cref="Crash"/>, be there, be missing page by
/// page in any order, or be torn at any byte; names that were not synced may be there or not. A failed sync drops what it should have written:
/// it can still be read and is reported as clean, until the machine stops.</summary>
internal sealed class FaultDisk : IReadingLogDirectory
{
    public const int NoSpace = 28;
    public const int InputOutputError = 5;

    private readonly Lock gate = new();
    private readonly Dictionary<string, FaultFile> names = [];
    private Dictionary<string, FaultFile> durableNames = [];
    private bool locked;
    private bool stopped;

    public string Path => "memory";

    /// <summary>Bytes that all files together may take.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Whether writes find no space even in what was allocated (as on file systems that copy on write).</summary>
    public bool WritesMeetFullDisk { get; set; }

    /// <summary>Number of syncs (of files or the folder) that still succeed.</summary>
    public int GoodSyncs { get; set; } = int.MaxValue;

    /// <summary>Number of changing calls that are still served before the machine stops in the middle of one.</summary>
    public int CallsUntilStop { get; set; } = int.MaxValue;

    /// <summary>Whether it stopped.</summary>
    public bool Stopped
    {
        get
        {
            lock (gate)
                return stopped;
        }
    }

    /// <summary>Syncs wait for it.</summary>
    public ManualResetEventSlim SyncMay { get; } = new(true);

    /// <summary>A sync has begun.</summary>
    public SemaphoreSlim SyncBegan { get; } = new(0);

    /// <summary>A write or an allocation met the full disk.</summary>
    public SemaphoreSlim WasFull { get; } = new(0);

    public int Syncs { get; private set; }

    public IDisposable Lock()
    {
        if (locked)
            throw new ReadingLogException(ReadingLogFault.Locked, "locked");
        locked = true;
        return new Unlock(this);
    }

    public IReadOnlyList<string> List()
    {
        lock (gate)
            return names.Keys.ToArray();
    }

    public IReadingLogFile OpenRead(string name)
    {
        lock (gate)
            return new Handle(this, names.TryGetValue(name, out var file) ? file : throw new FileNotFoundException(name));
    }

    public IReadingLogFile OpenWrite(string name)
    {
        lock (gate)
        {
            Change();
            if (!names.TryGetValue(name, out var file))
                names.Add(name, file = new FaultFile());
            return new Handle(this, file);
        }
    }

    public void Delete(string name)
    {
        lock (gate)
        {
            Change();
            names.Remove(name);
        }
    }

    public void Rename(string name, string newName)
    {
        lock (gate)
        {
            Change();
            // After a crash either name, both or neither may be there: harsher than file systems are.
            names.Add(newName, names[name]);
            names.Remove(name);
        }
    }

    public void Sync() => Sync(() => durableNames = new(names), () => { });

    /// <summary>The bytes of a file, to look at or to damage.</summary>
    public byte[] this[string name]
    {
        get
        {
            lock (gate)
                return names[name].Live.ToArray();
        }
        set
        {
            lock (gate)
                names[name] = durableNames[name] = new FaultFile(value);
        }
    }

    /// <summary>Flips a bit under the feet of those who have the file open.</summary>
    public void Damage(string name, int offset)
    {
        lock (gate)
            names[name].Live[offset] ^= 1;
    }

    /// <summary>A copy with nothing unsynced.</summary>
    public FaultDisk Clone()
    {
        var copy = new FaultDisk();
        lock (gate)
        {
            foreach (var (name, file) in names)
                copy[name] = file.Live.ToArray();
        }
        return copy;
    }

    /// <summary>The disk as it is found after the power came back. The old one serves nobody any more.</summary>
    public FaultDisk Crash(Random random)
    {
        lock (gate)
        {
            stopped = true;
            var after = new FaultDisk();
            foreach (string name in names.Keys.Union(durableNames.Keys))
            {
                // A name made or deleted since the last sync of the folder may have got to the disk all the same.
                names.TryGetValue(name, out var live);
                durableNames.TryGetValue(name, out var durable);
                var file = live == durable || random.Next(2) == 0 ? durable : live;
                if (file is not null)
                    after[name] = file.AfterCrash(random);
            }
            return after;
        }
    }

    /// <summary>The process was killed; the machine runs on, so what it wrote is there, synced or not.</summary>
    public void Kill()
    {
        lock (gate)
            locked = false;
    }

    private void Change()
    {
        if (stopped)
            throw new IOException("the machine is off", InputOutputError);
        if (CallsUntilStop-- <= 0)
        {
            stopped = true;
            throw new IOException("the machine stopped", InputOutputError);
        }
    }

    private void Sync(Action succeed, Action fail)
    {
        SyncBegan.Release();
        SyncMay.Wait();
        lock (gate)
        {
            Change();
            Syncs++;
            if (GoodSyncs-- <= 0)
            {
                fail();
                throw new IOException("sync failed", InputOutputError);
            }
            succeed();
        }
    }

    private long Used => names.Values.Sum(f => (long)f.Live.Length);

    private sealed class Unlock(FaultDisk disk) : IDisposable
    {
        public void Dispose() => disk.locked = false;
    }

    private sealed class Handle(FaultDisk disk, FaultFile file) : IReadingLogFile
    {
        public long Length
        {
            get
            {
                lock (disk.gate)
                    return file.Live.Length;
            }
        }

        public int Read(long offset, Span<byte> into)
        {
            lock (disk.gate)
            {
                var from = file.Live.AsSpan((int)Math.Min(offset, file.Live.Length));
                from = from[..Math.Min(from.Length, into.Length)];
                from.CopyTo(into);
                return from.Length;
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            lock (disk.gate)
            {
                // The machine may stop with any part of the write done.
                if (disk.CallsUntilStop <= 0 && !disk.stopped)
                    file.Write(offset, bytes);
                disk.Change();
                long grows = Math.Max(0, offset + bytes.Length - file.Live.Length);
                if (disk.WritesMeetFullDisk || disk.Used + grows > disk.Capacity)
                {
                    // Some of it got there.
                    file.Write(offset, bytes[..(int)Math.Clamp(file.Live.Length - offset, 0, bytes.Length / 2)]);
                    disk.WasFull.Release();
                    throw new IOException("no space left", NoSpace);
                }
                file.Write(offset, bytes);
            }
        }

        public void Preallocate(long length)
        {
            lock (disk.gate)
            {
                disk.Change();
                if (disk.Used + Math.Max(0, length - file.Live.Length) > disk.Capacity)
                {
                    disk.WasFull.Release();
                    throw new IOException("no space left", NoSpace);
                }
                file.Grow(length);
            }
        }

        public void Sync() => disk.Sync(file.Sync, file.FailSync);

        public void Dispose()
        {
        }
    }
}

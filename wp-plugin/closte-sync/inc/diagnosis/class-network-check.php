<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Ledger_Search;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\Scheduler;

/**
 * Checks whether background work goes on and the network's domains are well, from the ledger alone: no call, no look-up.
 */
final class Network_Check {

	/**
	 * Seconds that a run may be late before nobody seems to start it.
	 */
	private const LATE = 15 * MINUTE_IN_SECONDS;

	/**
	 * Seconds that two clocks may be apart.
	 */
	private const CLOCK_TOLERANCE = 10;

	/**
	 * Domains that are named; the others are counted.
	 */
	private const MOST_NAMED = 10;

	/**
	 * What was found in the ledger's rows, read once for all checks; null: not read yet.
	 *
	 * @var ?array{unreadable: Row_Sample, failed: Row_Sample, moved_away: Row_Sample, ended: Row_Sample, ending: Row_Sample}
	 */
	private ?array $samples = null;

	/**
	 * @param Scheduler    $scheduler When runs are.
	 * @param Domain_Names $names     For the form that people write.
	 * @param int          $now       Unix time.
	 */
	public function __construct(
		private readonly Ledger $ledger,
		private readonly Ledger_Search $search,
		private readonly Scheduler $scheduler,
		private readonly Domain_Names $names,
		private readonly int $now,
	) {}

	/**
	 * Whether the ledger can be written.
	 */
	public function database(): Finding {
		$label = __( 'Database', 'closte-sync' );
		try {
			$this->ledger->try_to_write();
		} catch ( Database_Exception $e ) {
			return new Finding(
				'database',
				$label,
				Severity::Error,
				/* translators: %s: message of the database */
				sprintf( __( 'The list of domains cannot be written: %s', 'closte-sync' ), $e->getMessage() ),
				__( 'Check that the database is available and writable.', 'closte-sync' )
			);
		}
		return new Finding( 'database', $label, Severity::Ok, __( 'The list of domains can be read and written.', 'closte-sync' ) );
	}

	/**
	 * Whether someone starts the background runs.
	 */
	public function cron(): Finding {
		$label = __( 'Background processing', 'closte-sync' );
		$next  = $this->scheduler->next_run();
		$due   = $this->scheduler->next_due();
		if ( null === $due ) {
			return new Finding( 'cron', $label, Severity::Ok, __( 'No domain is waiting for background processing.', 'closte-sync' ) );
		}
		$advice = defined( 'DISABLE_WP_CRON' ) && DISABLE_WP_CRON && 'wp-cron' === $this->scheduler->carrier()
			? __( 'WP-Cron is turned off (DISABLE_WP_CRON). Have the system’s cron run “wp closte run” once a minute.', 'closte-sync' )
			: sprintf(
				/* translators: %s: address of a site */
				__( 'Check that WP-Cron runs on the site %s, or have the system’s cron run “wp closte run” once a minute.', 'closte-sync' ),
				get_home_url( $this->scheduler->run_site() )
			);
		$late   = $this->now - min( $due, $next ?? $due );
		if ( $late > self::LATE ) {
			return new Finding(
				'cron',
				$label,
				Severity::Error,
				/* translators: %s: a span of time */
				sprintf( __( 'Background processing is not running: it is %s late.', 'closte-sync' ), human_time_diff( $this->now - $late, $this->now ) ),
				$advice
			);
		}
		if ( null === $next ) {
			return new Finding( 'cron', $label, Severity::Warning, __( 'Background processing is not scheduled, although domains are waiting for it.', 'closte-sync' ), $advice );
		}
		return new Finding(
			'cron',
			$label,
			Severity::Ok,
			$next <= $this->now
				? __( 'Background processing is due now.', 'closte-sync' )
				/* translators: %s: a span of time */
				: sprintf( __( 'Background processing runs next in %s.', 'closte-sync' ), human_time_diff( $this->now, $next ) )
		);
	}

	/**
	 * Whether the clocks of web server and database agree: leases count on that. Closte's own clock cannot be asked;
	 * one that is far off shows as a TLS error of the connection.
	 *
	 * @param Database $database The database.
	 */
	public function clock( Database $database ): Finding {
		$label = __( 'Clock', 'closte-sync' );
		if ( $database->is_sqlite() ) {
			return new Finding( 'clock', $label, Severity::Skipped, __( 'There is no other clock to compare with: SQLite uses the clock of this server, and Closte’s cannot be read.', 'closte-sync' ) );
		}
		$ahead = time() - (int) $database->value( 'SELECT UNIX_TIMESTAMP()' );
		if ( abs( $ahead ) > self::CLOCK_TOLERANCE ) {
			return new Finding(
				'clock',
				$label,
				Severity::Warning,
				/* translators: %d: number of seconds */
				sprintf( _n( 'The clocks of this server and of the database are %d second apart.', 'The clocks of this server and of the database are %d seconds apart.', abs( $ahead ), 'closte-sync' ), abs( $ahead ) ),
				__( 'Synchronize both with NTP.', 'closte-sync' )
			);
		}
		return new Finding( 'clock', $label, Severity::Ok, __( 'The clocks of this server and of the database agree.', 'closte-sync' ) );
	}

	/**
	 * Whether every stored setting can be read.
	 */
	public function settings(): Finding {
		$label  = __( 'Settings', 'closte-sync' );
		$unread = Settings::unread();
		return array() === $unread
			? new Finding( 'settings', $label, Severity::Ok, __( 'All stored settings can be read.', 'closte-sync' ) )
			: new Finding(
				'settings',
				$label,
				Severity::Warning,
				/* translators: %s: names of settings */
				sprintf( __( 'This version does not know the stored values of these settings and uses their defaults: %s.', 'closte-sync' ), implode( ', ', $unread ) ),
				__( 'Check and save them under Network Admin → Settings → Closte.', 'closte-sync' )
			);
	}

	/**
	 * Whether every row can be read.
	 */
	public function unreadable(): Finding {
		$label = __( 'List of domains', 'closte-sync' );
		$found = $this->samples()['unreadable'];
		if ( 0 === $found->count ) {
			return new Finding( 'unreadable', $label, Severity::Ok, __( 'All rows can be read.', 'closte-sync' ) );
		}
		return new Finding(
			'unreadable',
			$label,
			Severity::Error,
			sprintf(
				/* translators: 1: number of domains, 2: their names, 3: what is wrong with the first */
				_n( 'The row of %1$s domain cannot be read, so the domain is left as it is: %2$s. %3$s', 'The rows of %1$s domains cannot be read, so the domains are left as they are: %2$s. The first one: %3$s', $found->count, 'closte-sync' ),
				number_format_i18n( $found->count ),
				$this->name( $found->first ),
				(string) $found->first[0]->defect()
			),
			sprintf(
				/* translators: %s: command */
				__( 'If a newer version of the plugin wrote the row, install that version again. Otherwise start the domain over, on the Domains screen or with “%s”.', 'closte-sync' ),
				Advice::retry_command( $found->first[0] )
			)
		);
	}

	/**
	 * Whether every domain has a certificate that is served: also of those that are on their way. A www name may be without DNS
	 * for ever.
	 */
	public function failed(): Finding {
		$label = __( 'Domains without a certificate', 'closte-sync' );
		$found = $this->samples()['failed'];

		if ( 0 === $found->count ) {
			return new Finding( 'failed', $label, Severity::Ok, __( 'All domains have a certificate.', 'closte-sync' ) );
		}
		return new Finding(
			'failed',
			$label,
			Severity::Warning,
			sprintf(
				/* translators: 1: number of domains, 2: their names, 3: how many of them are where */
				_n( '%1$s domain has no certificate: %2$s (%3$s).', '%1$s domains have no certificate: %2$s (%3$s).', $found->count, 'closte-sync' ),
				number_format_i18n( $found->count ),
				$this->name( $found->first ),
				self::statuses( $found->statuses )
			),
			__( 'The Domains screen and “wp closte domain list” show why, and what to do.', 'closte-sync' )
		);
	}

	/**
	 * @param array<string, int> $counts By status.
	 */
	private static function statuses( array $counts ): string {
		arsort( $counts );
		/* translators: 1: a status, 2: number of domains */
		$text  = __( '%1$s: %2$s', 'closte-sync' );
		$parts = array();

		foreach ( $counts as $status => $count ) {
			$parts[] = sprintf( $text, $status, number_format_i18n( $count ) );
		}

		return implode( ', ', $parts );
	}

	/**
	 * Whether domains that pointed here no longer do.
	 */
	public function moved_away(): Finding {
		$label = __( 'Domains that no longer point here', 'closte-sync' );
		$found = $this->samples()['moved_away'];
		if ( 0 === $found->count ) {
			return new Finding( 'moved-away', $label, Severity::Ok, __( 'All working domains still point to this network.', 'closte-sync' ) );
		}
		return new Finding(
			'moved-away',
			$label,
			Severity::Warning,
			sprintf(
				/* translators: 1: number of domains, 2: their names */
				_n( '%1$s domain no longer points to this network: %2$s.', '%1$s domains no longer point to this network: %2$s.', $found->count, 'closte-sync' ),
				number_format_i18n( $found->count ),
				$this->name( $found->first )
			),
			__( 'Ask their owners whether that is intended. If it is, remove the mapping. If not, correct the DNS.', 'closte-sync' )
		);
	}

	public function certificates(): Finding {
		$label = __( 'Certificates', 'closte-sync' );

		if ( ! Extension::is_loaded() ) {
			return new Finding( 'certificates', $label, Severity::Skipped, __( 'Certificates are not checked without the PHP extension.', 'closte-sync' ) );
		}

		$ended  = $this->samples()['ended'];
		$ending = $this->samples()['ending'];

		if ( 0 === $ended->count + $ending->count ) {
			return new Finding( 'certificates', $label, Severity::Ok, __( 'No certificate expires soon.', 'closte-sync' ) );
		}

		$said = array();

		if ( 0 < $ended->count ) {
			$said[] = sprintf(
				/* translators: 1: number of domains, 2: their names */
				_n( 'The certificate of %1$s domain has expired: %2$s.', 'The certificates of %1$s domains have expired: %2$s.', $ended->count, 'closte-sync' ),
				number_format_i18n( $ended->count ),
				$this->name( $ended->first )
			);
		}

		if ( 0 < $ending->count ) {
			$said[] = sprintf(
				/* translators: 1: number of domains, 2: number of days, 3: their names */
				_n( 'The certificate of %1$s domain expires within %2$d days: %3$s.', 'The certificates of %1$s domains expire within %2$d days: %3$s.', $ending->count, 'closte-sync' ),
				number_format_i18n( $ending->count ),
				\Closte\Lifecycle::CERTIFICATE_WARNING_DAYS,
				$this->name( $ending->first )
			);
		}

		return new Finding(
			'certificates',
			$label,
			0 === $ended->count ? Severity::Warning : Severity::Error,
			implode( ' ', $said ),
			__( 'Closte renews certificates automatically while a domain points to this network and its CAA records allow it. If one is not renewed within a few days, ask Closte’s support.', 'closte-sync' )
		);
	}

	/**
	 * Domains that nothing of this network uses any more, and that Closte may have; null: there is none.
	 */
	public function retired(): ?Finding {
		$query = new Ledger_Query( wanted: Wanted::Retired, per_page: self::MOST_NAMED + 1 );
		$rows  = $this->search->query( $query );
		$count = $this->search->count( $query );
		return array() === $rows ? null : new Finding(
			'retired',
			__( 'Unused domains', 'closte-sync' ),
			Severity::Warning,
			sprintf(
				/* translators: 1: number of domains, 2: their names */
				_n( 'This network no longer uses %1$s domain that Closte may still have: %2$s.', 'This network no longer uses %1$s domains that Closte may still have: %2$s.', $count, 'closte-sync' ),
				number_format_i18n( $count ),
				$this->name( $rows )
			),
			__( 'Their sites or mappings were removed while the plugin was inactive, or in a way that it cannot notice. To remove them from Closte, run: wp closte sync --prune, or for a single one: wp closte domain remove', 'closte-sync' )
		);
	}

	/**
	 * @return array{unreadable: Row_Sample, failed: Row_Sample, moved_away: Row_Sample, ended: Row_Sample, ending: Row_Sample}
	 */
	private function samples(): array {
		if ( null !== $this->samples ) {
			return $this->samples;
		}

		// One more than are named: it says that there are more.
		$sample  = static fn(): Row_Sample => new Row_Sample( self::MOST_NAMED + 1 );
		$samples = array(
			'unreadable' => $sample(),
			'failed'     => $sample(),
			'moved_away' => $sample(),
			'ended'      => $sample(),
			'ending'     => $sample(),
		);

		foreach ( $this->ledger->all() as $row ) {
			if ( null !== $row->unreadable_column() ) {
				$samples['unreadable']->add( $row );
			}

			if ( Wanted::Present !== $row->wanted || isset( $row->unread['wanted'] ) ) {
				continue;
			}

			$standing = Certificate_Standing::of( $row, $this->now );

			match ( $standing ) {
				Certificate_Standing::Ended  => $samples['ended']->add( $row ),
				Certificate_Standing::Ending => $samples['ending']->add( $row ),
				default                      => null,
			};

			if ( $row->is_without_dns() ) {
				continue;
			}

			if ( ! $standing->is_served() ) {
				$samples['failed']->add( $row );
			}

			if ( self::has_moved_away( $row ) ) {
				$samples['moved_away']->add( $row );
			}
		}

		$this->samples = $samples;

		return $samples;
	}

	private static function has_moved_away( Ledger_Row $row ): bool {
		return $row->certificate_checked_at > 0
			&& ( Stage::CheckingDns === $row->stage || ( Stage::Failed === $row->stage && ! $row->has_error() ) );
	}

	/**
	 * @param non-empty-list<Ledger_Row> $rows The domains.
	 */
	private function name( array $rows ): string {
		$names = array_map(
			fn( Ledger_Row $row ): string => $this->names->shown( $row->domain ),
			array_slice( $rows, 0, self::MOST_NAMED )
		);
		if ( count( $rows ) > self::MOST_NAMED ) {
			$names[] = '…';
		}
		return implode( ', ', $names );
	}
}

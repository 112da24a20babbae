<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

use ClosteSync\Diagnosis\Advice;
use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Lookup;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Domains\Owner_Added_Domains;
use ClosteSync\Domains\Site_Search;
use ClosteSync\Domains\Site_Titles;
use ClosteSync\Domains\Source_Registry;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Key_Watch;
use ClosteSync\Extension\Proof;
use ClosteSync\Ledger\Attention;
use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Leases;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Ledger_Search;
use ClosteSync\Ledger\Network_Identity;
use ClosteSync\Ledger\Network_Options;
use ClosteSync\Ledger\Notified_Owners;
use ClosteSync\Ledger\Row_Counter;
use ClosteSync\Ledger\Schema;
use ClosteSync\Log\Audit_Context;
use ClosteSync\Log\Log;
use ClosteSync\Log\Log_Table;
use ClosteSync\Log\Observer;
use ClosteSync\Mail\Digest;
use ClosteSync\Mail\Digest_Text;
use ClosteSync\Mail\Mailer;
use ClosteSync\Mail\Owner_Mail;
use ClosteSync\Mail\Undelivered;
use ClosteSync\Operations\Add_Obstacles;
use ClosteSync\Operations\Add_Options;
use ClosteSync\Operations\Adoption;
use ClosteSync\Operations\Domain_Mapper;
use ClosteSync\Operations\Domain_Operations;
use ClosteSync\Operations\Domain_Preview;
use ClosteSync\Operations\Refusals;
use ClosteSync\Operations\Services;
use ClosteSync\Owners\Domain_Limit;
use ClosteSync\Owners\Owner_Domains;
use ClosteSync\Owners\Ownership_Check;
use ClosteSync\Owners\Ownership_Claims;
use ClosteSync\Owners\Prior_Use_Check;
use ClosteSync\Owners\Site_Move;
use ClosteSync\Settings\Settings;
use ClosteSync\Sources\Sources;
use ClosteSync\Sources\Ultimate_Multisite\Bridge;
use ClosteSync\Sync\Circuit_Breaker;
use ClosteSync\Sync\Error_Boundary;
use ClosteSync\Sync\Identity_Choice;
use ClosteSync\Sync\Last_Error;
use ClosteSync\Sync\Networks;
use ClosteSync\Sync\Readiness;
use ClosteSync\Sync\Reconciler;
use ClosteSync\Sync\Recorder;
use ClosteSync\Sync\Scheduler;
use ClosteSync\Sync\Sync;
use ClosteSync\Sync\Sync_Container;
use ClosteSync\Sync\Table_Repair;
use ClosteSync\Sync\Worker;

defined( 'ABSPATH' ) || exit;

/**
 * Makes each of the plugin's objects when it is first asked for, and keeps it for the request.
 */
class Container implements Services {

	/** @var array<string, object> By class. */
	private array $made = array();

	/** As wp-config.php has it: what a plugin defines later does not tell one network from another. */
	private readonly string $application;

	/** As wp-config.php or a sunrise.php has it: WordPress sets it later. */
	private readonly ?string $configured_cookie_domain;

	/**
	 * @param array{CLOSTE_APP_ID?: mixed, COOKIE_DOMAIN?: mixed} $configured Constants of the configuration.
	 */
	public function __construct( private readonly \wpdb $wpdb, array $configured = array() ) {
		$this->application              = (string) ( $configured['CLOSTE_APP_ID'] ?? '' );
		$this->configured_cookie_domain = isset( $configured['COOKIE_DOMAIN'] ) ? (string) $configured['COOKIE_DOMAIN'] : null;
	}

	public function configured_cookie_domain(): ?string {
		return $this->configured_cookie_domain;
	}

	public function extension(): Extension {
		return $this->made[ Extension::class ] ??= new Extension( new Proof() );
	}

	/**
	 * The ledger, its table brought up to date, and the network recorded that it is of.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public function ledger(): Ledger {
		if ( ! isset( $this->made[ Ledger::class ] ) ) {
			$this->network_options()->refresh();
			$this->schema()->upgrade();

			$ledger                       = new Ledger( $this->wpdb, null, $this->network_identity() );
			$this->made[ Ledger::class ] = $ledger;

			// A ledger of an earlier version knows nothing of it.
			if ( $this->network_identity()->is_recorded() || Settings::load()->enabled || ! $ledger->is_empty() ) {
				$this->network_identity()->complete();
			}
		}

		return $this->made[ Ledger::class ];
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function ledger_search(): Ledger_Search {
		return $this->made[ Ledger_Search::class ] ??= new Ledger_Search( $this->wpdb, $this->ledger() );
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function attention(): Attention {
		$this->ledger();

		return $this->made[ Attention::class ] ??= new Attention( $this->wpdb );
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function leases(): Leases {
		$this->ledger();

		return $this->made[ Leases::class ] ??= new Leases( $this->wpdb );
	}

	/**
	 * What the web and the command line tell each other, also by a cache that they do not share. Whoever reads one of these has
	 * them all read: see {@see Plugin::read_past_the_cache()}.
	 */
	public function network_options(): Network_Options {
		// Where nobody has saved settings, the other one is the switch.
		return $this->made[ Network_Options::class ] ??= new Network_Options( $this->database(), Bridge::SWITCHES );
	}

	public function network_identity(): Network_Identity {
		return $this->made[ Network_Identity::class ] ??= new Network_Identity( $this->network_options(), $this->application );
	}

	public function schema(): Schema {
		return $this->made[ Schema::class ] ??= new Schema( $this->wpdb );
	}

	public function log(): Log {
		return $this->made[ Log::class ] ??= new Log( $this->log_table( ... ), $this->audit_context() );
	}

	/**
	 * The table of the log, brought up to date.
	 *
	 * @param bool $repair Whether to make it anew if it is missing.
	 * @throws Database_Exception When the database fails.
	 */
	public function log_table( bool $repair = false ): Log_Table {
		if ( $repair || ! isset( $this->made[ Log_Table::class ] ) ) {
			$this->schema()->upgrade( $repair );
		}

		return $this->made[ Log_Table::class ] ??= new Log_Table( $this->wpdb );
	}

	public function audit_context(): Audit_Context {
		return $this->made[ Audit_Context::class ] ??= new Audit_Context( $this->sources() );
	}

	public function log_observer(): Observer {
		return $this->made[ Observer::class ] ??= new Observer(
			$this->log(),
			$this->audit_context(),
			static fn( Ledger_Row $row ): string => Advice::of( $row )->wrong
		);
	}

	private function mailer(): Mailer {
		return $this->made[ Mailer::class ] ??= new Mailer();
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function owner_mail(): Owner_Mail {
		$this->ledger();

		return $this->made[ Owner_Mail::class ] ??= new Owner_Mail(
			new Notified_Owners( $this->wpdb ),
			$this->readiness(),
			$this->mailer(),
			new Undelivered(),
			$this->domain_names()
		);
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function digest(): Digest {
		return $this->made[ Digest::class ] ??= new Digest(
			$this->attention(),
			$this->ledger_search(),
			$this->readiness(),
			$this->mailer(),
			new Digest_Text( $this->domain_names() )
		);
	}

	public function key_watch(): Key_Watch {
		return $this->made[ Key_Watch::class ] ??= new Key_Watch();
	}

	public function database(): Database {
		return $this->made[ Database::class ] ??= new Database( $this->wpdb );
	}

	public function sources(): Source_Registry {
		return $this->made[ Source_Registry::class ] ??= new Source_Registry( ...Sources::all( $this ) );
	}

	public function domain_names(): Domain_Names {
		return $this->made[ Domain_Names::class ] ??= new Domain_Names( $this->extension() );
	}

	public function site_search(): Site_Search {
		return $this->made[ Site_Search::class ] ??=
			new Site_Search( $this->database(), $this->domain_names(), $this->site_titles(), $this->wpdb );
	}

	public function site_titles(): Site_Titles {
		return $this->made[ Site_Titles::class ] ??= new Site_Titles( $this->database(), $this->wpdb );
	}

	public function domain_rules(): Domain_Rules {
		return $this->made[ Domain_Rules::class ] ??= new Domain_Rules( $this->database(), $this->domain_names(), $this->extension() );
	}

	public function desired_domains(): Desired_Domains {
		return $this->made[ Desired_Domains::class ] ??= new Desired_Domains(
			$this->database(),
			$this->domain_names(),
			$this->domain_rules(),
			$this->sources(),
			new Domain_Lookup( $this->database(), $this->domain_names() )
		);
	}

	public function readiness(): Readiness {
		return $this->made[ Readiness::class ] ??= new Readiness(
			$this->extension(),
			$this->network_options(),
			$this->network_identity()
		);
	}

	public function circuit_breaker(): Circuit_Breaker {
		return $this->made[ Circuit_Breaker::class ] ??= new Circuit_Breaker(
			$this->extension(),
			null,
			fn(): int => $this->ledger()->schedule()->make_due()
		);
	}

	public function scheduler(): Scheduler {
		return $this->made[ Scheduler::class ] ??= new Scheduler( $this->leases(), $this->networks() );
	}

	public function networks(): Networks {
		return $this->made[ Networks::class ] ??= new Networks( $this->database(), plugin_basename( CLOSTE_SYNC_FILE ) );
	}

	public function identity_choice(): Identity_Choice {
		return $this->made[ Identity_Choice::class ] ??= new Identity_Choice(
			$this->ledger(),
			$this->network_identity(),
			$this->scheduler()
		);
	}

	public function last_error(): Last_Error {
		return $this->made[ Last_Error::class ] ??= new Last_Error( $this->wpdb );
	}

	public function table_repair(): Table_Repair {
		return $this->made[ Table_Repair::class ] ??= new Table_Repair( $this->database(), $this->schema(), $this->scheduler( ... ) );
	}

	public function error_boundary(): Error_Boundary {
		return $this->made[ Error_Boundary::class ] ??= new Error_Boundary( $this->table_repair( ... ), $this->last_error( ... ) );
	}

	public function recorder(): Recorder {
		return $this->made[ Recorder::class ] ??= new Recorder( $this->ledger(), $this->leases(), $this->domain_rules() );
	}

	public function worker(): Worker {
		return $this->sync_container()->worker();
	}

	public function sync(): Sync {
		return $this->sync_container()->sync();
	}

	public function reconciler(): Reconciler {
		return $this->sync_container()->reconciler();
	}

	private function sync_container(): Sync_Container {
		return $this->made[ Sync_Container::class ] ??= new Sync_Container(
			$this,
			$this->leases(),
			$this->recorder(),
			$this->last_error( ... )
		);
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function domain_operations(): Domain_Operations {
		return $this->made[ Domain_Operations::class ] ??= new Domain_Operations(
			$this->ledger(),
			$this->sync(),
			$this->circuit_breaker(),
			new Refusals( $this->desired_domains(), $this->domain_rules(), $this->domain_names() ),
			$this->log(),
			$this->audit_context(),
			new Row_Counter( $this->database() )
		);
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function domain_mapper(): Domain_Mapper {
		return $this->made[ Domain_Mapper::class ] ??= new Domain_Mapper(
			$this->sources(),
			$this->desired_domains(),
			$this->ledger(),
			$this->sync(),
			$this->worker(),
			$this->circuit_breaker(),
			$this->domain_operations(),
			$this->domain_preview(),
			$this->audit_context(),
			$this->readiness()
		);
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function owner_domains(): Owner_Domains {
		return $this->made[ Owner_Domains::class ] ??= new Owner_Domains(
			$this->ledger(),
			$this->domain_mapper(),
			$this->domain_operations(),
			$this->domain_preview(),
			$this->domain_rules(),
			$this->domain_names(),
			$this->claims(),
			new Owner_Added_Domains(),
			$this->ownership_check(),
			new Prior_Use_Check( $this->ledger(), $this->domain_names(), $this->extension(), $this->readiness() ),
			new Domain_Limit( Settings::load()->owner_limit, $this->sources() )
		);
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function site_move(): Site_Move {
		return $this->made[ Site_Move::class ] ??= new Site_Move(
			$this->owner_domains(),
			$this->domain_mapper(),
			$this->domain_operations(),
			$this->domain_preview(),
			$this->domain_names(),
			$this->ledger(),
			new Owner_Added_Domains(),
			$this->ownership_check(),
			$this->readiness()
		);
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	private function ownership_check(): Ownership_Check {
		return $this->made[ Ownership_Check::class ] ??= new Ownership_Check(
			$this->extension(),
			$this->domain_names(),
			$this->ledger(),
			$this->ledger_search(),
			$this->claims()
		);
	}

	private function claims(): Ownership_Claims {
		return $this->made[ Ownership_Claims::class ] ??= new Ownership_Claims( $this->database() );
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function domain_preview(): Domain_Preview {
		return $this->made[ Domain_Preview::class ] ??= new Domain_Preview(
			$this->domain_names(),
			$this->domain_rules(),
			new Add_Obstacles(
				$this->extension(),
				$this->domain_names(),
				$this->domain_rules(),
				$this->desired_domains(),
				$this->ledger()
			),
			new Add_Options( $this->sources(), $this->domain_names() ),
			$this->extension()
		);
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function adoption(): Adoption {
		return $this->made[ Adoption::class ] ??= new Adoption(
			$this->ledger(),
			$this->reconciler(),
			$this->extension(),
			$this->readiness(),
			$this->domain_names()
		);
	}

	public function listen( string $hook, callable $callback, int $priority = 10, int $arguments = 1 ): void {
		add_filter(
			$hook,
			function ( mixed ...$given ) use ( $callback ): mixed {
				$this->error_boundary()->run( static fn(): mixed => $callback( ...$given ) );

				return $given[0] ?? null;
			},
			$priority,
			$arguments
		);
	}

	/**
	 * Ends this request's part and begins anew, as the next request would: for a process that serves many (a worker, a test).
	 */
	public function forget(): void {
		if ( isset( $this->made[ Sync_Container::class ] ) ) {
			$this->sync_container()->end();
		}

		$this->made = array();
	}
}

<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Wanted;

/**
 * A call that changes something at Closte, or a decision that a network admin will ask about later.
 */
enum Action: string {

	case Add        = 'add';
	case Remove     = 'remove';
	case Adopt      = 'adopt';
	case Move       = 'move';
	case Forget     = 'forget';
	case Retire     = 'retire';
	case SetAside   = 'set-aside';
	/** What a check of DNS or of a certificate found, where that is news. */
	case Check      = 'check';
	case Drift      = 'drift';
	case Sync       = 'sync';
	case Prune      = 'prune';
	case Enable     = 'enable';
	case Disable    = 'disable';
	case Settings   = 'settings';
	case Key        = 'key';
	case Identity   = 'identity';
	case Mail       = 'mail';
	case Activate   = 'activate';
	case Deactivate = 'deactivate';

	/**
	 * What a call for this row is.
	 */
	public static function of_call( Ledger_Row $row ): self {
		return Wanted::Absent === $row->wanted ? self::Remove : self::Add;
	}

	public function label(): string {
		return match ( $this ) {
			self::Add        => __( 'Add to Closte', 'closte-sync' ),
			self::Remove     => __( 'Remove from Closte', 'closte-sync' ),
			self::Adopt      => __( 'Adopt', 'closte-sync' ),
			self::Move       => __( 'Move to another site', 'closte-sync' ),
			self::Forget     => __( 'Remove from the list', 'closte-sync' ),
			self::Retire     => __( 'Mark as unused', 'closte-sync' ),
			self::SetAside   => __( 'Set aside', 'closte-sync' ),
			self::Check      => __( 'Check', 'closte-sync' ),
			self::Drift      => __( 'Send missing domains again', 'closte-sync' ),
			self::Sync       => __( 'Send all domains', 'closte-sync' ),
			self::Prune      => __( 'Remove unused domains', 'closte-sync' ),
			self::Enable     => __( 'Turn on', 'closte-sync' ),
			self::Disable    => __( 'Turn off', 'closte-sync' ),
			self::Settings   => __( 'Change settings', 'closte-sync' ),
			self::Key        => __( 'API key', 'closte-sync' ),
			self::Identity   => __( 'Confirm move or copy', 'closte-sync' ),
			self::Mail       => __( 'Send an email', 'closte-sync' ),
			self::Activate   => __( 'Activate the plugin', 'closte-sync' ),
			self::Deactivate => __( 'Deactivate the plugin', 'closte-sync' ),
		};
	}
}

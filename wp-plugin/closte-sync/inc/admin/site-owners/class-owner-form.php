<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Site_Owners;

/**
 * The names of what the forms of Settings → Domains post.
 */
final class Owner_Form {

	/** The action of their nonce. */
	public const NONCE = 'closte-sync-own-domains';

	/** The field with a domain to add, or to look at again. */
	public const ADD = 'add';

	/** The field with a domain to remove, or a claim to give up. */
	public const REMOVE = 'remove';

	/** The field with a domain that is to become the address of the site. */
	public const MOVE = 'move';

	/** The field that says that what the move does was read. */
	public const CONFIRMED = 'confirmed';
}
